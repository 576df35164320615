import { pipeline, type Readable, Transform } from "node:stream";
import { hasCode } from "@/lib/core/errors";
import type { ByteRange, ReadOptions, ReadResult } from "@/lib/files/tree";
import { formatRange, parseContentRange, type RangeRequest } from "@/lib/protocol/dav/range";
import type { AnswerHeaders } from "@/lib/protocol/safe-fetch/client";
import { claimsOfHeaders, entryOfClaims, ifMatchOf, type RemoteEntry, sizeOf } from "./entries";
import { peerNotUnderstood } from "./failures";
import { ask } from "./peer-folder";
import type { Place } from "./propfind";
import { resumed } from "./resumed";

/**
 * Opens a file on another cloud; a connection that breaks is taken up again, as long as the file is still the same. Whatever that cloud says of its size, exactly so many bytes come or the body breaks:
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
    const [start, end] = span ? [span.start, span.end] : [0, size - 1];
    const again = resuming(place, { entry, end, signal });
    const canGoOn = length !== null && again;
    const body = canGoOn
      ? resumed(answer.body, { start, end, again, signal })
      : length === null
        ? exactly(end - start + 1, answer.body)
        : answer.body;
    return { entry, range: span && { start, end }, body };
  } catch (error) {
    answer.body.destroy();
    throw error instanceof RangeError ? peerNotUnderstood(source.provider, error) : error;
  }
}

type Broken = { entry: RemoteEntry; end: number; signal?: AbortSignal };

/** How to open the rest of the same file; null where its cloud gives nothing to know it by. */
function resuming({ source, path }: Place, { entry, end, signal }: Broken) {
  const etag = ifMatchOf(entry.etag);
  if (!etag) return null;
  return async (from: number): Promise<Readable | null> => {
    const range = { first: from, last: end };
    const headers = { range: formatRange(range), "if-match": etag };
    const answer = await ask(source, { method: "GET", path, headers, signal }, [200, 206, 412]).catch((error) => {
      if (hasCode(error, "NODE_NOT_FOUND")) return null;
      throw error;
    });
    if (!answer) return null;
    answer.body.on("error", () => {});
    const span = answer.status === 206 ? parseContentRange(answer.headers["content-range"]) : null;
    const isRest = span?.start === from && span.end === end && span.size === entry.size;
    if (isRest && (answer.headers.etag ?? etag) === etag) return answer.body;
    answer.body.destroy();
    return null;
  };
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
