import type { IncomingMessage, ServerResponse } from "node:http";
import type { TreePath } from "@/lib/files/tree";
import type { DavExchange, DavMount } from "./exchange";
import { answerGet } from "./get";
import { answerPropfind } from "./propfind";
import { answerProppatch } from "./proppatch";
import { ALLOWED, answerEmpty, methodNotAllowed } from "./reply";
import { answerCopyOrMove } from "./transfer";
import { answerDelete, answerMkcol, answerPut } from "./write";

type Answer = (exchange: DavExchange) => Promise<void>;

const ANSWERS: Record<string, Answer> = {
  OPTIONS: answerOptions,
  GET: answerGet,
  HEAD: answerGet,
  PUT: answerPut,
  DELETE: answerDelete,
  MKCOL: answerMkcol,
  COPY: answerCopyOrMove,
  MOVE: answerCopyOrMove,
  PROPFIND: answerPropfind,
  PROPPATCH: answerProppatch,
};

export type DavTarget = { asked: TreePath; path: TreePath; asFolder: boolean };

/** Serves one request on a tree, whichever it is. Throws what went wrong for `answerError`. */
export async function serveDav(
  request: IncomingMessage,
  response: ServerResponse,
  mount: DavMount,
  target: DavTarget,
): Promise<void> {
  const answer = ANSWERS[request.method ?? ""];
  if (!answer) throw methodNotAllowed("This cannot be done here.");
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  await answer({ request, response, mount, ...target, signal: gone.signal });
}

/** Says what can be done here: class 1, and what RFC 4918 settled (3); no locks. */
export async function answerOptions({ response }: Pick<DavExchange, "response">): Promise<void> {
  answerEmpty(response, 200, { dav: "1, 3", allow: ALLOWED, "ms-author-via": "DAV" });
}
