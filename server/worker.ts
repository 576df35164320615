import type { TaskList } from "graphile-worker";
import { sweepBlobs } from "@/lib/files/blobs/sweep";
import { foldChanges } from "@/lib/files/changes";
import { purgeNode } from "@/lib/files/purge";
import { sweepSessions } from "@/lib/identity/sessions";
import { sweepRateCounts } from "@/lib/limits/limit";
import { sendSealedMail } from "@/lib/notices/mail";
import { endSharesBelow, endSharesWithContact } from "@/lib/sharing/end-shares";
import { expireReceivedShare } from "@/lib/sharing/received/expire-received-share";
import { sweepAccessTokens } from "@/lib/sharing/sent/issue-access-token";

/** A job gets the payload that it was enqueued with; its rooms check what still holds of it. */
const job =
  <P>(run: (payload: P) => Promise<unknown>) =>
  async (payload: unknown): Promise<void> => {
    await run(payload as P);
  };

/** Which function does the job of a name. This is where a lower room reaches a higher one. */
export const tasks: TaskList = {
  "send-mail": job(sendSealedMail),
  "sweep-sessions": job(sweepSessions),
  "sweep-rate-counts": job(sweepRateCounts),
  "fold-changes": job(foldChanges),
  "sweep-blobs": job(sweepBlobs),
  "purge-node": job(async (node: { siteId: string; nodeId: string }) => {
    await endSharesBelow(node);
    await purgeNode(node);
  }),
  "end-shares-with-contact": job(endSharesWithContact),
  "expire-received-share": job(expireReceivedShare),
  "sweep-access-tokens": job(sweepAccessTokens),
};

/** Minute, hour, day, month, weekday (UTC), and what is done then. */
export const crontab = `
17 * * * * sweep-sessions
23 * * * * sweep-rate-counts
* * * * * fold-changes
*/20 * * * * sweep-blobs
41 * * * * sweep-access-tokens
`;
