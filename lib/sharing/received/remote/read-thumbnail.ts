import type { Thumbnail } from "@/lib/files/thumbnails/thumbnail";
import type { TreePath } from "@/lib/files/tree";
import { claimsOfHeaders, entryOfClaims } from "./entries";
import { peerNotUnderstood } from "./failures";
import { ask, type Source } from "./peer-folder";

const MOST_BYTES = 256 * 1024;

/**
 * The small picture that another cloud makes of a picture, with the etag of what it is of.
 *
 * @throws NODE_NOT_FOUND where there is none, PEER_*
 * @see FEDERATION.md, "Extension: small pictures in shares"
 */
export async function readThumbnail(source: Source, path: TreePath, signal?: AbortSignal): Promise<Thumbnail> {
  const answer = await ask(source, { method: "GET", path, query: "?thumbnail", signal }, [200]);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST_BYTES) throw peerNotUnderstood(source.provider);
  }
  const bytes = Buffer.concat(chunks);
  // A cloud that does not know the question gives the file itself.
  if (bytes.toString("latin1", 0, 4) !== "RIFF" || bytes.toString("latin1", 8, 12) !== "WEBP") {
    throw peerNotUnderstood(source.provider);
  }
  const { etag } = entryOfClaims("", path, { ...claimsOfHeaders(answer.headers), size: String(size) }, false);
  return { etag, bytes };
}
