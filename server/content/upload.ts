import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { invalid } from "@/lib/core/errors";
import { drive } from "@/lib/drive/drive";
import { viewEntry } from "@/lib/drive/folder-view";
import { freePath } from "@/lib/drive/free-path";
import { PathText } from "@/lib/files/schema";
import { principalOfRequest } from "@/lib/http/node-request";
import { queryOf } from "./query";
import { refuse } from "./refuse";
import { watchAccess } from "./watch-access";

const Query = z.object({ path: PathText, conflict: z.enum(["ask", "replace", "keep-both"]).default("ask") });

/** PUT of a whole file: 201 with the new entry, 200 if it replaced one. */
export async function answerUpload(req: IncomingMessage, res: ServerResponse): Promise<void> {
  req.on("error", () => {}); // it breaks off when the client goes away: nothing of ours failed
  try {
    const user = await principalOfRequest(req);
    const { path, conflict } = queryOf(req, Query);
    const tree = drive(user);
    const signal = watchAccess(res, tree.stillAllowed);
    const to = conflict === "keep-both" ? await freePath(tree, path, { signal }) : path;
    const { entry, created } = await tree.write(to, req, {
      signal,
      size: announcedSize(req),
      ifAbsent: conflict !== "replace",
      ifMatch: etagOf(req.headers["if-match"]),
    });
    const body = JSON.stringify(viewEntry(entry));
    res.writeHead(created ? 201 : 200, { "content-type": "application/json", "cache-control": "no-store" }).end(body);
  } catch (error) {
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
