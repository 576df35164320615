import type { OutgoingHttpHeaders } from "node:http";
import { pipeline } from "node:stream/promises";
import { AppError } from "@/lib/core/errors";
import type { Entry, ReadResult } from "@/lib/files/tree";
import { isRangeCurrent, judgeConditions } from "@/lib/protocol/dav/conditions";
import { parseRange, type RangeRequest, resolveRange } from "@/lib/protocol/dav/range";
import { getEntry, preconditionFailed } from "./conditions";
import type { DavExchange } from "./exchange";
import { answerEmpty, methodNotAllowed } from "./reply";

/** A file that is replaced between the look at it and the opening is looked at again, so many times. */
const LOOKS = 3;

/** GET and HEAD of a file. A folder has no bytes: an empty answer would be taken for an empty file. */
export async function answerGet(exchange: DavExchange): Promise<void> {
  const { request, response, mount, path, signal } = exchange;
  for (let look = 0; look < LOOKS; look++) {
    const entry = await getEntry(mount.tree, path);
    if (entry.kind === "folder") throw methodNotAllowed("This is a folder; only files have bytes.");

    const verdict = judgeConditions(request.method ?? "", request.headers, entry);
    if (verdict === "failed") throw preconditionFailed();
    if (verdict === "not-modified") return answerEmpty(response, 304, validatorsOf(entry));
    if (request.method === "HEAD") {
      response.writeHead(200, { ...headersOf(entry), "content-length": entry.size }).end();
      return;
    }

    const range = rangeOf(exchange, entry);
    if (range && !resolveRange(range, entry.size)) return answerUnsatisfiable(exchange, entry);
    const read = await mount.tree.read(path, { range: range ?? undefined, signal });
    if (read.entry.etag === entry.etag) return answerBody(exchange, read);
    read.body.destroy();
  }
  throw new AppError(503, "BUSY", "The file changes too often to be read just now.", { retryAfter: 1 });
}

async function answerBody({ response }: DavExchange, { entry, range, body }: ReadResult): Promise<void> {
  response.writeHead(range ? 206 : 200, {
    ...headersOf(entry),
    "content-length": range ? range.end - range.start + 1 : entry.size,
    ...(range && { "content-range": `bytes ${range.start}-${range.end}/${entry.size}` }),
  });
  await pipeline(body, response);
}

function rangeOf({ request }: DavExchange, entry: Entry): RangeRequest | null {
  return isRangeCurrent(request.headers, entry, new Date()) ? parseRange(request.headers.range) : null;
}

function answerUnsatisfiable({ response }: DavExchange, entry: Entry): void {
  answerEmpty(response, 416, { ...validatorsOf(entry), "content-range": `bytes */${entry.size}` });
}

function validatorsOf(entry: Entry): OutgoingHttpHeaders {
  return { etag: `"${entry.etag}"`, "last-modified": entry.modifiedAt.toUTCString() };
}

/** Whoever opens this in a browser gets a download: nothing that a file holds may run on our origin. */
function headersOf(entry: Entry): OutgoingHttpHeaders {
  return {
    ...validatorsOf(entry),
    "content-type": entry.mediaType ?? "application/octet-stream",
    "content-disposition": "attachment",
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "accept-ranges": "bytes",
    "oc-fileid": entry.id,
  };
}
