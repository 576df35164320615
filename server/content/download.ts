import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { AppError, conflict } from "@/lib/core/errors";
import { drive } from "@/lib/drive/drive";
import { PathText } from "@/lib/files/schema";
import type { Entry, ReadResult, Tree, TreePath } from "@/lib/files/tree";
import { principalOfRequest } from "@/lib/http/node-request";
import { isRangeCurrent, judgeConditions } from "@/lib/protocol/dav/conditions";
import { parseRange, type RangeRequest, resolveRange } from "@/lib/protocol/dav/range";
import { fileHeaders, validatorsOf } from "./file-headers";
import { queryOf } from "./query";

const Query = z.object({ path: PathText, download: z.literal("1").optional() });
/** A file that is replaced between the look at it and its opening is looked at again, so many times. */
const LOOKS = 3;

type Exchange = { req: IncomingMessage; res: ServerResponse; tree: Tree; path: TreePath; asDownload: boolean };

/** GET and HEAD of a file, whole or one range of it. */
export async function answerDownload(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const user = await principalOfRequest(req);
  const { path, download } = queryOf(req, Query);
  const exchange = { req, res, tree: drive(user), path, asDownload: download === "1" };
  const gone = new AbortController();
  res.once("close", () => gone.abort());

  if (!asksForLess(req)) return sendBody(exchange, await exchange.tree.read(path, { signal: gone.signal }));
  for (let look = 0; look < LOOKS; look++) {
    const entry = await exchange.tree.stat(path);
    const range = answerWithoutBody(exchange, entry);
    if (range === "answered") return;
    const read = await exchange.tree.read(path, { range, signal: gone.signal });
    if (read.entry.etag === entry.etag) return sendBody(exchange, read);
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
function answerWithoutBody({ req, res, asDownload }: Exchange, entry: Entry): RangeRequest | undefined | "answered" {
  if (entry.kind === "folder") throw conflict("NOT_A_FILE", "This is a folder, not a file.");
  const verdict = judgeConditions(req.method ?? "", req.headers, entry);
  if (verdict === "failed") throw new AppError(412, "ETAG_MISMATCH", "The file has changed since you last saw it.");
  if (verdict === "not-modified") {
    res.writeHead(304, validatorsOf(entry)).end();
    return "answered";
  }
  if (req.method === "HEAD") {
    res.writeHead(200, { ...fileHeaders(entry, { asDownload }), "content-length": entry.size }).end();
    return "answered";
  }
  const range = isRangeCurrent(req.headers, entry, new Date()) ? parseRange(req.headers.range) : null;
  if (range && !resolveRange(range, entry.size)) {
    res.writeHead(416, { ...validatorsOf(entry), "content-range": `bytes */${entry.size}`, "content-length": 0 }).end();
    return "answered";
  }
  return range ?? undefined;
}

/** Ends early, and in a way the client sees, when the bytes do; stops reading when the client goes. */
async function sendBody({ res, asDownload }: Exchange, { entry, range, body }: ReadResult): Promise<void> {
  res.writeHead(range ? 206 : 200, {
    ...fileHeaders(entry, { asDownload }),
    "content-length": range ? range.end - range.start + 1 : entry.size,
    ...(range && { "content-range": `bytes ${range.start}-${range.end}/${entry.size}` }),
  });
  await pipeline(body, res).catch((error) => {
    if (!res.destroyed) throw error;
  });
}
