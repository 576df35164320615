import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError, invalid } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { expectedError, type Face, problem } from "@/lib/http/faces";
import { meshFace } from "@/lib/http/mesh-route";
import { ocmFace } from "@/lib/http/ocm-route";
import { ocsFace } from "@/lib/http/ocs-route";
import { limitOften } from "@/lib/limits/limit-often";
import { networkOf } from "@/lib/limits/network";
import { handleContent } from "./content/index";
import { answerHealth, answerReadiness } from "./health";
import { handleApi } from "./method-not-allowed";
import { handleOcm, isOcm } from "./ocm/index";
import { setPageHeaders } from "./page-headers";
import { settle } from "./settle";
import { answerStatic } from "./static-files";
import { handleDav } from "./webdav/index";

export type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** Next would answer these with 400, or with a page. */
const DAV_VERBS = new Set("PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK REPORT ACL SEARCH".split(" "));
/** In a minute, at one site, and of whatever kind: the people behind one address stay below, a flood does not. */
const REQUESTS_OF_ADDRESS = 60_000;
const MAX_BODY_FOR_NEXT = 1_048_576;
const BODY_PATIENCE = 30_000;
/** Where another part reads the path otherwise than we do here: dot segments, plain or encoded, `//`, `\`, `#`. */
const AMBIGUOUS = /^[^/]|\/\/|[\\#]|\/(?:\.|%2e){1,2}(?:\/|$)/i;

/** These answer when all is carried from cloud to cloud, which is stopped after an hour; see lib/drive/journey.ts. */
const SLOW = new Set(["/api/files/copy", "/api/files/move"]);
const PATIENCE = 65 * 60_000;

/** Next says nothing but 405 to a method that they do not have. */
const APIS = ["/api", "/ocs", "/sciencemesh"];

const isBelow = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

/** The way of every request: health, then what is not Next's (DAV, the bytes of files, other clouds), then Next. */
export function dispatcher(handleNext: Handler): Handler {
  return async (req, res) => {
    const path = (req.url ?? "/").split("?", 1)[0] ?? "/";
    try {
      if (path === "/healthz") return answerHealth(res);
      if (path === "/readyz") return await answerReadiness(res);
      if (!isBelow(path, "/dav")) requireOnePath(path, req.url); // DAV reads its paths by itself, and more strictly
      if (await answerStatic(req, res, path)) return;
      await settle(req);
      limitRequests(req);
      res.setHeader("x-request-id", String(req.headers["x-request-id"]));
      if (isBelow(path, "/dav") || DAV_VERBS.has(req.method ?? "")) return await handleDav(req, res);
      if (isBelow(path, "/content")) return await handleContent(req, res);
      requireSmallBody(req, path);
      requireBodySoon(req);
      if (SLOW.has(path)) req.socket.setTimeout(PATIENCE); // until the next request
      setPageHeaders(req, res, path);
      if (isOcm(path)) return await handleOcm(req, res);
      const isApi = APIS.some((api) => isBelow(path, api));
      await (isApi ? handleApi(req, res, handleNext) : handleNext(req, res));
    } catch (error) {
      answerError(req, res, error, path);
    }
  };
}

/** What sites of this installation ask of each other comes from one address, and is counted by who signs it. */
function limitRequests({ headers }: IncomingMessage): void {
  if (headers["x-tessera-within"]) return;
  const network = networkOf(String(headers["x-tessera-address"]));
  limitOften({ siteId: String(headers["x-tessera-site"]), key: `address:${network}`, max: REQUESTS_OF_ADDRESS });
}

function requireOnePath(path: string, target = ""): void {
  if (AMBIGUOUS.test(path)) throw invalid("PATH_INVALID", "An address is written here without detours.");
  if (target.includes("%00")) throw invalid("TEXT_INVALID", "There is a character in it that no text can hold.");
}

/** Next and next-auth read a body into memory before anyone may look at its size. */
function requireSmallBody(req: IncomingMessage, path: string): void {
  const { "content-length": length = 0, "transfer-encoding": coding } = req.headers;
  if (Number(length) > MAX_BODY_FOR_NEXT) {
    throw new AppError(413, "BODY_TOO_LARGE", "This is more than fits into one request.");
  }
  // Other clouds may send in pieces: the reader of their requests counts.
  if (coding && !isBelow(path, "/ocm")) {
    throw new AppError(411, "LENGTH_REQUIRED", "Say how long the body of the request is.");
  }
}

/** A body that comes drop by drop would hold what waits for it as long as its sender likes. */
function requireBodySoon(req: IncomingMessage): void {
  const timer = setTimeout(() => req.complete || req.destroy(), BODY_PATIENCE);
  req.once("close", () => clearTimeout(timer));
}

function answerError(req: IncomingMessage, res: ServerResponse, error: unknown, path: string): void {
  if (req.destroyed && !req.complete) return; // it broke off: nobody is there to hear
  const { status, headers, body } = faceAt(path, error, req);
  if (res.headersSent) {
    res.destroy(); // the client must see that the answer is not whole
    return;
  }
  // An unread body would be taken for the next request.
  res.writeHead(status, { ...headers, ...(!req.complete && { connection: "close" }) }).end(body);
}

/** Each API tells errors in its own words. */
function faceAt(path: string, error: unknown, req: IncomingMessage): Face {
  const { method, url = "/", headers } = req;
  const facts = { requestId: headers["x-request-id"], method };
  if (isBelow(path, "/ocm")) return ocmFaceOf(error, path);
  if (isBelow(path, "/ocs")) return ocsFace(url, headers.accept, error, facts);
  return isBelow(path, "/sciencemesh") ? meshFace(error, facts) : faceOf(error, req);
}

/** What stops a request before any page is made, a browser gets to read as a sentence. */
function faceOf(error: unknown, { method, headers }: IncomingMessage): Face {
  const expected = expectedError(error, { requestId: headers["x-request-id"], method });
  const face = problem(expected);
  if (!headers.accept?.includes("text/html")) return face;
  return { ...face, headers: { ...face.headers, "content-type": "text/plain; charset=utf-8" }, body: expected.message };
}

/** What never came as far as `ocmRoute` is told and logged as it would have been there. */
function ocmFaceOf(error: unknown, pathname: string): Face {
  const refusal = expectedError(error, { pathname });
  logger("http").info({ pathname, status: refusal.status, reason: refusal.code }, "ocm request refused");
  return ocmFace(refusal);
}
