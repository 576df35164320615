import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { AppError, isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { escapeXml } from "@/lib/protocol/dav/xml";
import { isDeparture } from "@/server/content/send-file";
import { announcesBody } from "./exchange";

const METHODS = ["OPTIONS", "GET", "HEAD", "PUT", "DELETE", "MKCOL", "COPY", "MOVE", "PROPFIND", "PROPPATCH"];

/** What can be done at an address: only a person's own files have locks (class 2). */
export function abilitiesAt({ url = "" }: Pick<IncomingMessage, "url">): { dav: string; allow: string } {
  const hasLocks = /^(?:https?:\/\/[^/]*)?\/dav\/files(?:\/|$)/i.test(url);
  return hasLocks
    ? { dav: "1, 2, 3", allow: [...METHODS, "LOCK", "UNLOCK", "REPORT"].join(", ") }
    : { dav: "1, 3", allow: METHODS.join(", ") };
}

/** The conditions that go with our codes. @see RFC 4918, section 16; RFC 3253, section 3.6; RFC 6578, section 3.2 */
const CONDITIONS: Record<string, string> = {
  PROPFIND_FINITE_DEPTH: "propfind-finite-depth",
  REPORT_UNKNOWN: "supported-report",
  SYNC_TOO_DEEP: "sync-traversal-supported",
  SYNC_TOKEN_INVALID: "valid-sync-token",
  SYNC_LIMIT: "number-of-matches-within-limits",
  LOCK_NOT_HERE: "lock-token-matches-request-uri",
  LOCKED: "lock-token-submitted",
  LOCK_CONFLICT: "no-conflicting-lock",
};

/** 423, with the addresses that are locked. */
export class LockedError extends AppError {
  constructor(
    code: "LOCKED" | "LOCK_CONFLICT",
    readonly hrefs: string[],
  ) {
    super(423, code, "It is locked by another program.");
  }
}

/** What a client is asked for, by our codes: programs of people ask theirs for a name and a password. */
const CHALLENGES: Record<string, string> = { APP_PASSWORD_WRONG: 'Basic realm="Tessera", charset="UTF-8"' };
const INVALID_TOKEN = 'Bearer realm="Tessera", error="invalid_token"';

type Patience = { bytes: number; milliseconds: number };
/** A rest of a body that nobody wants, if it is no more than this, is read so that the connection lives on. */
const DRAIN: Patience = { bytes: 64 * 1024, milliseconds: 1000 };
/** A longer one ends the connection, but not before the client had time to read the answer while it sends. */
const LINGER: Patience = { bytes: 64 * 1024 * 1024, milliseconds: 5000 };

/** 405 in the words of the RFC. */
export function methodNotAllowed(message: string): AppError {
  return new AppError(405, "METHOD_NOT_ALLOWED", message);
}

/** Answers without a body. */
export function answerEmpty(response: ServerResponse, status: number, headers: OutgoingHttpHeaders = {}): void {
  const length = status === 204 || status === 304 ? {} : { "content-length": 0 };
  response.writeHead(status, { ...headers, ...length }).end();
}

/** Answers with a short document. */
export function answerXml(
  response: ServerResponse,
  status: number,
  root: string,
  headers: OutgoingHttpHeaders = {},
): void {
  const body = `<?xml version="1.0" encoding="utf-8"?>\n${root}`;
  const length = Buffer.byteLength(body);
  response.writeHead(status, {
    ...headers,
    "content-type": "application/xml; charset=utf-8",
    "content-length": length,
  });
  response.end(body);
}

/**
 * Answers with what went wrong, as DAV XML. What nobody expected is a 503 here, not a 500: other clouds take a
 * definite answer for the end of a share, and a database that restarts is none.
 */
export async function answerError(request: IncomingMessage, response: ServerResponse, error: unknown): Promise<void> {
  const failure = expected(error, request);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const isShort = Number(request.headers["content-length"] ?? 0) <= DRAIN.bytes;
  const isDrained = isShort && (await drain(request, DRAIN));
  if (response.destroyed) return;
  const body = errorBody(failure);
  const headers: OutgoingHttpHeaders = {
    "content-type": "application/xml; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    ...(failure.status === 401 && { "www-authenticate": CHALLENGES[failure.code] ?? INVALID_TOKEN }),
    ...(failure.status === 405 && { allow: abilitiesAt(request).allow }),
    ...(failure.retryAfter !== undefined && { "retry-after": String(failure.retryAfter) }),
    ...(!isDrained && { connection: "close" }),
  };
  response.writeHead(failure.status, headers);
  if (request.method !== "HEAD") response.write(body);
  if (!isDrained) await drain(request, LINGER);
  response.end();
}

function expected(error: unknown, request: IncomingMessage): AppError {
  const { method, headers } = request;
  if (isAppError(error)) {
    const { status, code: reason } = error;
    logger("webdav").info({ requestId: headers["x-request-id"], method, status, reason }, "webdav request refused");
    const needsDelay = error.status === 503 && error.retryAfter === undefined;
    return needsDelay ? new AppError(503, error.code, error.message, { retryAfter: 30 }) : error;
  }
  if (!isDeparture(error)) logger("webdav").error({ err: error, method }, "request failed");
  return new AppError(503, "INTERNAL", "Something went wrong here. Try again later.", { retryAfter: 30 });
}

function errorBody(error: AppError): string {
  const { code, message } = error;
  const name = CONDITIONS[code];
  const hrefs =
    "hrefs" in error ? (error as LockedError).hrefs.map((href) => `<d:href>${escapeXml(href)}</d:href>`) : [];
  const filled = hrefs.length > 0 ? `<d:${name}>${hrefs.join("")}</d:${name}>` : `<d:${name}/>`;
  const condition = name ? filled : "";
  return (
    '<?xml version="1.0" encoding="utf-8"?>\n<d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns">' +
    `${condition}<s:exception>${escapeXml(code)}</s:exception><s:message>${escapeXml(message)}</s:message></d:error>`
  );
}

/** Reads away what is left of the body; false when it is more than there is patience for, or broken off. */
async function drain(request: IncomingMessage, patience: Patience): Promise<boolean> {
  if (request.complete || !announcesBody(request)) return true;
  if (request.destroyed) return false;
  return new Promise((resolve) => {
    let bytes = 0;
    const settle = (isDrained: boolean) => {
      clearTimeout(timer);
      request.off("data", onData).off("end", onEnd).off("close", onClose).pause();
      resolve(isDrained);
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > patience.bytes) settle(false);
    };
    const onEnd = () => settle(true);
    const onClose = () => settle(false);
    const timer = setTimeout(settle, patience.milliseconds, false);
    request.unpipe(); // from whoever wanted it before
    request.on("data", onData).on("end", onEnd).on("close", onClose).resume();
  });
}
