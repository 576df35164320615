import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { checksumsOf } from "@/lib/files/checksums";
import type { Thumbnail } from "@/lib/files/thumbnails/thumbnail";
import type { Entry } from "@/lib/files/tree";
import { digestField } from "@/lib/protocol/dav/checksum";
import { HARMLESS } from "@/server/content/file-headers";
import { sendFile } from "@/server/content/send-file";
import { nothingHere, renaming } from "./conditions";
import type { DavExchange } from "./exchange";
import { methodNotAllowed } from "./reply";

/**
 * GET and HEAD of a file, always to be saved: whoever opens it in a browser runs nothing on our origin. A folder has no
 * bytes; an empty answer would be taken for an empty file.
 */
export async function answerGet(exchange: DavExchange): Promise<void> {
  const { request, response, mount, opened, path, signal } = exchange;
  if (mount.thumbnail && request.url?.endsWith("?thumbnail")) {
    return answerThumbnail(response, await mount.thumbnail(path, signal));
  }
  const answer = async () => {
    const digestOf = await findDigest(exchange);
    const more = (entry: Entry) => ({ "oc-fileid": entry.id, ...digestOf(entry) });
    await sendFile({ req: request, res: response, tree: opened, path, asDownload: true, signal, more });
  };
  await renaming(answer(), {
    NOT_A_FILE: methodNotAllowed("This is a folder; only files have bytes."),
    NOT_A_FOLDER: nothingHere(),
  });
}

/** A small picture, with the etag of the file that it is of. @see FEDERATION.md, "Extension: small pictures in shares" */
function answerThumbnail(response: ServerResponse, { etag, bytes }: Thumbnail): void {
  const headers = { "content-type": "image/webp", "content-length": bytes.length, etag: `"${etag}"` };
  response.writeHead(200, { ...HARMLESS, ...headers, "cache-control": "private, no-cache" }).end(bytes);
}

/** The digest of one's own file for whoever wants it. @see RFC 9530, section 4 */
async function findDigest({
  request,
  mount,
  opened,
  path,
}: DavExchange): Promise<(entry: Entry) => OutgoingHttpHeaders> {
  if (!mount.own || !/\bsha-256\b/.test(String(request.headers["want-repr-digest"]))) return () => ({});
  const { etag } = await opened.stat(path);
  const sha256 = (await checksumsOf(mount.own.user, [etag])).get(etag);
  // It may have been replaced since.
  return (entry) => (sha256 && entry.etag === etag ? { "repr-digest": digestField(sha256) } : {});
}
