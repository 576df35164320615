import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { openedDrive } from "@/lib/drive/opened-drive";
import { shrinkingWhileRead } from "@/lib/drive/thumbnail";
import { PathText } from "@/lib/files/schema";
import { principalOfRequest } from "@/lib/http/node-request";
import { queryOf } from "./query";
import { sendFile } from "./send-file";
import { watchAccess } from "./watch-access";

const Query = z.object({ path: PathText, download: z.literal("1").optional() });

/** GET and HEAD of a file, whole or one range of it. */
export async function answerDownload(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const user = await principalOfRequest(req);
  const { path, download } = queryOf(req, Query);
  const tree = openedDrive(user);
  const signal = watchAccess(res, tree.stillAllowed);
  await sendFile({ req, res, tree: shrinkingWhileRead(user, tree), path, asDownload: download === "1", signal });
}
