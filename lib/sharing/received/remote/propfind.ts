import { hasCode, isAppError } from "@/lib/core/errors";
import type { TreePath } from "@/lib/files/tree";
import { type DavResource, readMultistatus } from "@/lib/protocol/dav/multistatus";
import { type Claims, claimsOfHeaders } from "./entries";
import { naming, peerNotUnderstood } from "./failures";
import { ask, discard, type Source } from "./peer-folder";

/** A path in a received share. */
export type Place = { source: Source; path: TreePath; canWrite: boolean };

const OC = "http://owncloud.org/ns";
const QUERY = Buffer.from(
  '<?xml version="1.0" encoding="utf-8"?><d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:prop>' +
    "<d:resourcetype/><d:getcontentlength/><d:getetag/><d:getlastmodified/><oc:id/><oc:permissions/>" +
    "</d:prop></d:propfind>",
);

/** For a whole answer, whatever trickles in. */
const ANSWERS = {
  "0": { ms: 10_000, limits: { maxBytes: 1024 * 1024 } },
  "1": { ms: 60_000, limits: {} },
};

/** Asks for the properties of what stands at the path, and of what is in it at depth 1; read while they arrive. */
export async function* propfind({ source, path }: Place, depth: "0" | "1"): AsyncGenerator<DavResource> {
  const { ms, limits } = ANSWERS[depth];
  const signal = AbortSignal.timeout(ms);
  const headers = { depth, "content-type": "application/xml; charset=utf-8" };
  const request = { method: "PROPFIND", path, asFolder: depth === "1", headers, body: QUERY, signal };
  const answer = await ask(source, request, [207]);
  answer.body.on("error", () => {}); // whoever stops reading breaks it
  try {
    yield* readMultistatus(answer.body, limits);
  } catch (error) {
    const isNotUnderstood = isAppError(error) && !error.code.startsWith("PEER_");
    throw isNotUnderstood ? peerNotUnderstood(source.provider, error) : naming(error, source.provider);
  }
}

/** What the cloud claims of what stands at the path. */
export async function claimsAt(place: Place): Promise<Claims> {
  let first: DavResource | undefined;
  // Read to the end, which keeps the connection.
  for await (const resource of propfind(place, "0")) first ??= resource;
  if (!first) throw peerNotUnderstood(place.source.provider);
  return claimsOf(first);
}

/** The same of a share that is said to be one file; a cloud that answers no PROPFIND (opencloudmesh-go) gives the file. */
export async function claimsOfFile(place: Place): Promise<Claims> {
  try {
    return await claimsAt(place);
  } catch (error) {
    if (!hasCode(error, "PEER_SHOWS_NOTHING")) throw error;
    const { headers, body } = await ask(place.source, { method: "GET", path: place.path }, [200]);
    discard(body);
    return { ...claimsOfHeaders(headers), size: headers["content-length"] };
  }
}

/** What a resource of a multistatus claims to be. */
export function claimsOf({ isFolder, properties }: DavResource): Claims {
  const of = (namespace: string, name: string) => properties.get(`{${namespace}}${name}`) || undefined;
  return {
    kind: isFolder ? "folder" : "file",
    size: of("DAV:", "getcontentlength"),
    etag: of("DAV:", "getetag"),
    modified: of("DAV:", "getlastmodified"),
    id: of(OC, "id"),
    permissions: of(OC, "permissions"),
  };
}
