import type { IncomingMessage, ServerResponse } from "node:http";
import type { TreePath } from "@/lib/files/tree";
import { parseDavPath, pathOfTarget } from "@/lib/protocol/dav/path";
import { watchAccess } from "@/server/content/watch-access";
import type { DavExchange, DavMount } from "./exchange";
import { answerGet } from "./get";
import { answerLock, answerUnlock } from "./lock";
import { answerPropfind } from "./propfind";
import { answerProppatch } from "./proppatch";
import { abilitiesAt, answerEmpty, methodNotAllowed } from "./reply";
import { answerReport } from "./report";
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
  LOCK: answerLock,
  UNLOCK: answerUnlock,
  REPORT: answerReport,
};

/** Serves one request on a tree, whichever it is. Throws what went wrong for `answerError`. */
export async function serveDav(request: IncomingMessage, response: ServerResponse, mount: DavMount): Promise<void> {
  const answer = Object.hasOwn(ANSWERS, request.method ?? "") ? ANSWERS[request.method ?? ""] : undefined;
  if (!answer) throw methodNotAllowed("This cannot be done here.");

  const encoded = pathOfTarget(request.url ?? "").slice(mount.root.length);
  const asked = parseDavPath(encoded);
  const path = await withoutFileName(mount, asked);
  const signal = watchAccess(response, mount.check);
  const { tree, opened = tree } = mount;
  await answer({ request, response, mount, opened, asked, path, asFolder: encoded.endsWith("/"), signal });
}

/** Some ask for a shared file by its name below the address of the share. */
async function withoutFileName({ tree, mayBeFile }: DavMount, asked: TreePath): Promise<TreePath> {
  if (!mayBeFile || asked.length !== 1) return asked;
  const root = await tree.stat([]);
  return root.kind === "file" && root.name === asked[0] ? [] : asked;
}

/** Says what can be done here. */
export async function answerOptions({ request, response }: Pick<DavExchange, "request" | "response">): Promise<void> {
  answerEmpty(response, 200, { ...abilitiesAt(request), "ms-author-via": "DAV" });
}
