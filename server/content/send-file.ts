import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { AppError, conflict } from "@/lib/core/errors";
import { sendBody } from "@/lib/files/blobs/send-body";
import type { Entry, ReadResult, Tree, TreePath } from "@/lib/files/tree";
import { isRangeCurrent, judgeConditions } from "@/lib/protocol/dav/conditions";
import { parseRange, type RangeRequest, resolveRange } from "@/lib/protocol/dav/range";
import { fileHeaders, validatorsOf } from "./file-headers";

/** A file that is replaced between the look at it and its opening is looked at again, so many times. */
const LOOKS = 3;

type Exchange = {
  req: IncomingMessage;
  res: ServerResponse;
  tree: Pick<Tree, "stat" | "read">;
  path: TreePath;
  asDownload: boolean;
  /** Aborts when the client goes, or may have no more. */
  signal: AbortSignal;
  /** Headers beyond the usual. */
  more?: (entry: Entry) => OutgoingHttpHeaders;
};

/**
 * Answers GET or HEAD of a file, whole or one range of it, as its conditions and the RFC want. Throws NOT_A_FILE of a
 * folder, and what the tree throws.
 *
 * @see RFC 9110, sections 13 and 14
 */
export async function sendFile(exchange: Exchange): Promise<void> {
  const { req, tree, path, signal } = exchange;
  if (!asksForLess(req)) return answerBody(exchange, await tree.read(path, { signal }));
  for (let look = 0; look < LOOKS; look++) {
    const entry = await tree.stat(path);
    const range = answerWithoutBody(exchange, entry);
    if (range === "answered") return;
    const read = await tree.read(path, { range, signal });
    if (read.entry.etag === entry.etag) return answerBody(exchange, read);
    read.body.destroy();
  }
  throw new AppError(503, "BUSY", "The file changes too often to be read just now.", { retryAfter: 1 });
}

/** Whether one must look at the file before opening it. */
function asksForLess({ method, headers }: IncomingMessage): boolean {
  const names = ["range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];
  return method === "HEAD" || names.some((name) => headers[name] !== undefined);
}

/** Answers what can be answered without opening the file; else the range to open. */
function answerWithoutBody(exchange: Exchange, entry: Entry): RangeRequest | undefined | "answered" {
  const { req, res } = exchange;
  if (entry.kind === "folder") throw conflict("NOT_A_FILE", "This is a folder, not a file.");
  const verdict = judgeConditions(req.method ?? "", req.headers, entry);
  if (verdict === "failed") throw new AppError(412, "ETAG_MISMATCH", "The file has changed since you last saw it.");
  if (verdict === "not-modified") {
    res.writeHead(304, validatorsOf(entry)).end();
    return "answered";
  }
  if (req.method === "HEAD") {
    res.writeHead(200, { ...headersOf(exchange, entry), "content-length": entry.size ?? undefined }).end();
    return "answered";
  }
  const range = isRangeCurrent(req.headers, entry, new Date()) ? parseRange(req.headers.range) : null;
  if (range && entry.size !== null && !resolveRange(range, entry.size)) {
    res.writeHead(416, { ...validatorsOf(entry), "content-range": `bytes */${entry.size}`, "content-length": 0 }).end();
    return "answered";
  }
  return range ?? undefined;
}

/** Ends early, and in a way the client sees, when the bytes do; stops reading when the client goes. */
async function answerBody(exchange: Exchange, { entry, range, body }: ReadResult): Promise<void> {
  const { res } = exchange;
  res.writeHead(range ? 206 : 200, {
    ...headersOf(exchange, entry),
    "content-length": range ? range.end - range.start + 1 : entry.size,
    ...(range && { "content-range": `bytes ${range.start}-${range.end}/${entry.size}` }),
  });
  await sendBody(body, res).catch((error) => {
    if (!isDeparture(error)) throw error;
  });
}

/** Whether a stream broke because the client, or what it read from, went away: nothing of ours failed. */
export function isDeparture(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return ["ERR_STREAM_PREMATURE_CLOSE", "ECONNRESET", "ABORT_ERR", "UND_ERR_ABORTED"].includes(String(code));
}

function headersOf({ asDownload, more }: Exchange, entry: Entry): OutgoingHttpHeaders {
  return { ...fileHeaders(entry, { asDownload }), ...more?.(entry) };
}
