import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { hasCode, invalid } from "@/lib/core/errors";
import { drive } from "@/lib/drive/drive";
import { viewEntry } from "@/lib/drive/folder-view";
import { numberedName } from "@/lib/files/names";
import { PathText } from "@/lib/files/schema";
import type { Tree, TreePath } from "@/lib/files/tree";
import { problem } from "@/lib/http/faces";
import { principalOfRequest } from "@/lib/http/node-request";
import { queryOf } from "./query";

const Query = z.object({ path: PathText, conflict: z.enum(["ask", "replace", "keep-both"]).default("ask") });
/** How long the rest of a refused upload is still taken in, so that the client comes to read the refusal. */
const LINGER = 20_000;

/** PUT of a whole file: 201 with the new entry, 200 if it replaced one. */
export async function answerUpload(req: IncomingMessage, res: ServerResponse): Promise<void> {
  try {
    const user = await principalOfRequest(req);
    const { path, conflict } = queryOf(req, Query);
    const tree = drive(user);
    const { entry, created } = await tree.write(conflict === "keep-both" ? await freePath(tree, path) : path, req, {
      size: announcedSize(req),
      ifAbsent: conflict !== "replace",
      ifMatch: etagOf(req.headers["if-match"]),
    });
    const body = JSON.stringify(viewEntry(entry));
    res.writeHead(created ? 201 : 200, { "content-type": "application/json", "cache-control": "no-store" }).end(body);
  } catch (error) {
    if (req.destroyed && !req.complete) return void res.destroy(); // the client went away: nothing of ours failed
    refuse(req, res, error);
  }
}

function announcedSize({ headers }: IncomingMessage): number | undefined {
  const length = headers["content-length"];
  if (headers["content-encoding"])
    throw invalid("ENCODING_UNSUPPORTED", "A file is uploaded as it is, not compressed.");
  return length === undefined ? undefined : Number(length);
}

function etagOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const etag = /^\s*"([^"]*)"\s*$/.exec(header)?.[1];
  if (etag === undefined) throw invalid("HEADER_INVALID", "If-Match takes one entity tag here.");
  return etag;
}

/** The path itself or the first numbered one that is free. */
async function freePath(tree: Tree, path: TreePath): Promise<TreePath> {
  const folder = path.slice(0, -1);
  const name = path.at(-1) ?? "";
  for (let number = 1; ; number++) {
    const candidate = [...folder, number === 1 ? name : numberedName(name, number, true)];
    const isFree = await tree.stat(candidate).then(
      () => false,
      (error) => {
        if (hasCode(error, "NODE_NOT_FOUND")) return true;
        throw error;
      },
    );
    if (isFree) return candidate;
  }
}

/** Says no while the body may still be coming: a connection closed at once would take the answer with it. */
function refuse(req: IncomingMessage, res: ServerResponse, error: unknown): void {
  const { status, headers, body } = problem(error, { requestId: req.headers["x-request-id"], method: req.method });
  const length = Buffer.byteLength(body);
  if (req.complete) {
    res.writeHead(status, { ...headers, "content-length": length }).end(body);
    return;
  }
  res.writeHead(status, { ...headers, "content-length": length, connection: "close" }).write(body);
  const timer = setTimeout(() => res.destroy(), LINGER);
  req.once("end", () => res.end()).once("close", () => req.complete || res.destroy());
  res.once("close", () => clearTimeout(timer));
  req.resume();
}
