import { pipeline, type Readable, Transform } from "node:stream";
import type { ByteRange, ReadOptions, ReadResult } from "@/lib/files/tree";
import { formatRange, parseContentRange, type RangeRequest } from "@/lib/protocol/dav/range";
import type { AnswerHeaders } from "@/lib/protocol/safe-fetch/client";
import { claimsOfHeaders, entryOfClaims, type RemoteEntry, sizeOf } from "./entries";
import { peerNotUnderstood } from "./failures";
import { ask } from "./peer-folder";
import type { Place } from "./propfind";

/**
 * Opens a file on another cloud. Whatever that cloud says of its size, exactly so many bytes come or the body breaks:
 * they are announced to somebody else before they are here. A cloud that knows no ranges gives the whole (range null).
 */
export async function readFile(
  place: Place,
  name: string,
  { range, signal }: ReadOptions,
  stat: () => Promise<RemoteEntry>,
): Promise<ReadResult> {
  const { source, path, canWrite } = place;
  const headers: Record<string, string> = range ? { range: formatRange(range) } : {};
  const answer = await ask(source, { method: "GET", path, headers, signal }, range ? [200, 206] : [200]);
  answer.body.on("error", () => {}); // whoever does not read it to its end breaks it
  try {
    const length = sizeOf(answer.headers["content-length"]);
    const span = range && answer.status === 206 ? requireSpan(range, answer.headers, length) : null;
    const size = span?.size ?? length ?? (await stat()).size;
    const entry = entryOfClaims(name, path, { ...claimsOfHeaders(answer.headers), size: String(size) }, canWrite);
    const body = length === null ? exactly(span ? span.end - span.start + 1 : size, answer.body) : answer.body;
    return { entry, range: span && { start: span.start, end: span.end }, body };
  } catch (error) {
    answer.body.destroy();
    throw error instanceof RangeError ? peerNotUnderstood(source.provider, error) : error;
  }
}

function requireSpan(asked: RangeRequest, headers: AnswerHeaders, length: number | null): ByteRange & { size: number } {
  const span = parseContentRange(headers["content-range"]);
  if (!span || (length !== null && length !== span.end - span.start + 1)) throw new RangeError("not as announced");
  const isAsked =
    "suffix" in asked
      ? span.end === span.size - 1 && span.start === Math.max(0, span.size - asked.suffix)
      : span.start === asked.first && span.end === Math.min(asked.last ?? span.size - 1, span.size - 1);
  if (!isAsked) throw new RangeError("not what was asked");
  return span;
}

function exactly(size: number, body: Readable): Readable {
  let left = size;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length;
      if (left < 0) done(new RangeError("The other cloud sent more than it announced."));
      else done(null, chunk);
    },
    flush(done) {
      done(left > 0 ? new RangeError("The other cloud sent less than it announced.") : null);
    },
  });
  pipeline(body, counted, () => {});
  return counted;
}
