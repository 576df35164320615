import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { versionContent } from "@/lib/files/versions";
import { principalOfRequest } from "@/lib/http/node-request";
import { requireStanding } from "@/lib/identity/standing";
import { queryOf } from "./query";
import { sendFile } from "./send-file";
import { watchAccess } from "./watch-access";

const Query = z.object({ id: z.uuid(), download: z.literal("1").optional() });

/** GET and HEAD of what a file held before, whole or one range of it. */
export async function answerVersion(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const user = await principalOfRequest(req);
  const { id, download } = queryOf(req, Query);
  const signal = watchAccess(res, () => requireStanding(user));
  await sendFile({ req, res, tree: versionContent(user, id), path: [], asDownload: download === "1", signal });
}
