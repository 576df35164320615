import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { hasCode, invalid } from "@/lib/core/errors";
import { checkedBody } from "@/lib/files/checked-body";
import { detached } from "@/lib/files/detached-body";
import type { Entry, WriteOptions } from "@/lib/files/tree";
import { claimsOfHeaders, entryOfClaims, ifMatchOf } from "./entries";
import { changed, nameTaken } from "./failures";
import { ask, discard } from "./peer-folder";
import type { Place } from "./propfind";

/** What is no larger is sent from memory, so that it can be sent again with what else opens the share. */
const SMALL = 256 * 1024;

type Written = { entry: Entry; created: boolean };

/** Puts a file on another cloud. */
export async function writeFile(
  place: Place,
  name: string,
  body: Readable,
  { sha256, ...options }: WriteOptions,
  stat: () => Promise<Entry>,
): Promise<Written> {
  if (sha256 === undefined) return writeBody(place, name, body, options, stat);
  const checked = checkedBody(body, sha256);
  return writeBody(place, name, checked.body, options, stat).catch((error) => {
    checked.requireIntact();
    throw error;
  });
}

async function writeBody(
  place: Place,
  name: string,
  body: Readable,
  options: WriteOptions,
  stat: () => Promise<Entry>,
): Promise<Written> {
  const { source, path, canWrite } = place;
  const { ifMatch, ifAbsent, size } = options;
  const known = ifMatch === undefined ? null : ifMatchOf(ifMatch);
  const isSmall = size !== undefined && size <= SMALL;
  // A large body can be sent once only: the look finds what opens the share if need be, and may spare the sending.
  if (!isSmall || (ifMatch !== undefined && !known)) {
    requireAsExpected(await findPresent(stat), options, source.provider);
  }
  const headers = {
    "content-type": "application/octet-stream",
    ...(size !== undefined && { "content-length": String(size) }),
    ...(known && { "if-match": known }),
    ...(ifAbsent && { "if-none-match": "*" }),
  };
  const answer = await put(place, headers, isSmall ? await readWhole(body, size) : detached(body), options);
  const claims = { ...claimsOfHeaders(answer.headers), size: String(size) };
  const isTold = size !== undefined && claims.etag && claims.modified && claims.id;
  const entry = isTold ? entryOfClaims(name, path, claims, canWrite) : await stat();
  return { entry, created: answer.status === 201 };
}

async function put(
  { source, path }: Place,
  headers: Record<string, string>,
  body: Uint8Array | Readable,
  { ifAbsent, signal }: WriteOptions,
) {
  try {
    const answer = await ask(source, { method: "PUT", path, headers, body, signal }, [200, 201, 204]);
    discard(answer.body);
    return answer;
  } catch (error) {
    throw ifAbsent && hasCode(error, "ETAG_MISMATCH") ? nameTaken() : error;
  } finally {
    if (body instanceof Readable) body.destroy(); // lets go of the original
  }
}

async function readWhole(body: Readable, size: number): Promise<Uint8Array> {
  const bytes = await buffer(body);
  if (bytes.byteLength === size) return bytes;
  throw invalid("SIZE_MISMATCH", "The upload has another size than was announced. Please try it again.");
}

function requireAsExpected(present: Entry | null, { ifAbsent, ifMatch }: WriteOptions, provider: string): void {
  if (ifAbsent && present) throw nameTaken();
  if (ifMatch === undefined || present?.etag === ifMatch) return;
  throw changed(provider);
}

async function findPresent(stat: () => Promise<Entry>): Promise<Entry | null> {
  try {
    return await stat();
  } catch (error) {
    if (hasCode(error, "NODE_NOT_FOUND")) return null;
    throw error;
  }
}
