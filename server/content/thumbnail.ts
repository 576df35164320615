import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { getThumbnailAt } from "@/lib/drive/thumbnail";
import { PathText } from "@/lib/files/schema";
import { principalOfRequest } from "@/lib/http/node-request";
import { requireStanding } from "@/lib/identity/standing";
import { HARMLESS } from "./file-headers";
import { queryOf } from "./query";
import { watchAccess } from "./watch-access";

/** Of what another cloud has, an id that is none of ours (lib/sharing/received/remote/entries.ts). */
const id = z.union([
  z.uuid(),
  z
    .string()
    .max(2000)
    .regex(/^(remote|here)-/),
]);
const Query = z.object({ id, path: PathText.optional(), v: z.string().max(300).optional() });

/** GET of the small picture of a picture: of one's own by its id, of what others share by its path. Asked for with the etag that the file has, it is kept by the browser for ever. */
export async function answerThumbnail(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const user = await principalOfRequest(req);
  const { id, path, v } = queryOf(req, Query);
  const signal = watchAccess(res, () => requireStanding(user));
  const { etag, bytes } = await getThumbnailAt(user, { id, path }, signal);
  const headers = {
    ...HARMLESS,
    etag: `"${etag}"`,
    "cache-control": v === etag ? "private, max-age=31536000, immutable" : "private, no-cache",
  };
  if (req.headers["if-none-match"] === `"${etag}"`) return void res.writeHead(304, headers).end();
  res.writeHead(200, { ...headers, "content-type": "image/webp", "content-length": bytes.length }).end(bytes);
}
