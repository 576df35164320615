import type { Thumbnail } from "@/lib/files/thumbnails/thumbnail";
import type { TreePath } from "@/lib/files/tree";
import { claimsOfHeaders, entryOfClaims } from "./entries";
import { naming, peerNotUnderstood } from "./failures";
import { ask, type Source } from "./peer-folder";

const MOST_BYTES = 256 * 1024;
/** Of either side, in pixels: far more than a small picture has, and far less than what fills a page's memory. */
const MOST_PIXELS = 1024;
/** For all of it: whoever sends a byte now and then holds up no page. */
const PATIENCE_MS = 10_000;

/**
 * The small picture that another cloud makes of a picture, with the etag of what it is of.
 *
 * @throws NODE_NOT_FOUND where there is none, PEER_*
 * @see FEDERATION.md, "Extension: small pictures in shares"
 */
export async function readThumbnail(source: Source, path: TreePath, signal?: AbortSignal): Promise<Thumbnail> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const whole = signal ? AbortSignal.any([signal, patience]) : patience;
  const answer = await ask(source, { method: "GET", path, query: "?thumbnail", signal: whole }, [200]);
  const bytes = await bytesOf(answer.body, source.provider, whole);
  const size = bytes.length;
  // A cloud that does not know the question gives the file itself.
  const { width, height } = sizeOfWebp(bytes) ?? { width: 0, height: 0 };
  if (width < 1 || height < 1 || Math.max(width, height) > MOST_PIXELS) throw peerNotUnderstood(source.provider);
  const { etag } = entryOfClaims("", path, { ...claimsOfHeaders(answer.headers), size: String(size) }, false);
  return { etag, bytes };
}

async function bytesOf(body: AsyncIterable<Buffer>, provider: string, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MOST_BYTES) throw peerNotUnderstood(provider);
    }
  } catch (error) {
    throw naming(error, provider, signal);
  }
  return Buffer.concat(chunks);
}

/**
 * How large a WebP is that does not move; null for all else.
 *
 * @see RFC 9649, sections 2.5 to 2.7
 */
export function sizeOfWebp(bytes: Buffer): { width: number; height: number } | null {
  if (bytes.length < 30 || bytes.toString("latin1", 0, 4) !== "RIFF") return null;
  switch (bytes.toString("latin1", 8, 16)) {
    case "WEBPVP8 ":
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    case "WEBPVP8L": {
      const bits = bytes.readUInt32LE(21);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    case "WEBPVP8X": {
      const isMoving = ((bytes[20] ?? 0) & 0b10) !== 0;
      return isMoving ? null : { width: 1 + bytes.readUIntLE(24, 3), height: 1 + bytes.readUIntLE(27, 3) };
    }
    default:
      return null;
  }
}
