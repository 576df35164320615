import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { getThumbnail } from "@/lib/files/thumbnails/thumbnail";
import { principalOfRequest } from "@/lib/http/node-request";
import { requireStanding } from "@/lib/identity/standing";
import { HARMLESS } from "./file-headers";
import { queryOf } from "./query";
import { watchAccess } from "./watch-access";

const Query = z.object({ id: z.uuid(), v: z.string().max(200).optional() });

/** GET of the small picture of a picture. Asked for with the etag that the file has, it is kept by the browser for ever. */
export async function answerThumbnail(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const user = await principalOfRequest(req);
  const { id, v } = queryOf(req, Query);
  const signal = watchAccess(res, () => requireStanding(user));
  const { etag, bytes } = await getThumbnail(user, id, signal);
  const headers = {
    ...HARMLESS,
    etag: `"${etag}"`,
    "cache-control": v === etag ? "private, max-age=31536000, immutable" : "private, no-cache",
  };
  if (req.headers["if-none-match"] === `"${etag}"`) return void res.writeHead(304, headers).end();
  res.writeHead(200, { ...headers, "content-type": "image/webp", "content-length": bytes.length }).end(bytes);
}
