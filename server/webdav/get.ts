import { sendFile } from "@/server/content/send-file";
import { nothingHere, renaming } from "./conditions";
import type { DavExchange } from "./exchange";
import { methodNotAllowed } from "./reply";

/**
 * GET and HEAD of a file, always to be saved: whoever opens it in a browser runs nothing on our origin. A folder has no
 * bytes; an empty answer would be taken for an empty file.
 */
export async function answerGet({ request, response, mount, path, signal }: DavExchange): Promise<void> {
  const sending = sendFile({
    ...{ req: request, res: response, tree: mount.tree, path, asDownload: true, signal },
    more: (entry) => ({ "oc-fileid": entry.id }),
  });
  await renaming(sending, {
    NOT_A_FILE: methodNotAllowed("This is a folder; only files have bytes."),
    NOT_A_FOLDER: nothingHere(),
  });
}
