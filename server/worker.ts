import { sweepInvites } from "@/lib/contacts/invites";
import { deliver } from "@/lib/delivery/deliver";
import { type DeliveryJob, sweepDeliveries, wakeDeliveries } from "@/lib/delivery/outbox";
import { sweepBlobs } from "@/lib/files/blobs/sweep";
import { foldChanges, sweepChanges } from "@/lib/files/changes";
import { purge, sweepPurged } from "@/lib/files/purge";
import { sweepSessions } from "@/lib/identity/sessions";
import type { Jobs } from "@/lib/jobs/runner";
import { sweepRateCounts } from "@/lib/limits/limit";
import { sendSealedMail } from "@/lib/notices/mail";
import { sweepNotices } from "@/lib/notices/notices";
import { endSharesBelow, endSharesWithContact, sweepEndedShares } from "@/lib/sharing/end-shares";
import { describeReceivedShare } from "@/lib/sharing/received/describe-received-share";
import { expireReceivedShare } from "@/lib/sharing/received/expire-received-share";
import { measureReceivedShare } from "@/lib/sharing/received/measure-received-share";
import { describeSentShare } from "@/lib/sharing/sent/describe-sent-share";
import { sweepAccessTokens } from "@/lib/sharing/sent/issue-access-token";
import { sweepProviders } from "@/lib/trust/claimed-providers";
import { sweepSeenSignatures } from "@/lib/trust/seen-signatures";

/** A job gets the payload that it was enqueued with; its rooms check what still holds of it. */
const job =
  <P>(run: (payload: P) => Promise<unknown>) =>
  async (payload: unknown): Promise<void> => {
    await run(payload as P);
  };

/** Who says what a peer should hear of a thing. */
const describers = { "sent-share": describeSentShare, "received-share": describeReceivedShare };

/** Which function does the job of a name. This is where a lower room reaches a higher one. */
const tasks: Jobs["tasks"] = {
  "send-mail": job(sendSealedMail),
  "sweep-sessions": job(sweepSessions),
  "sweep-rate-counts": job(sweepRateCounts),
  "fold-changes": job(foldChanges),
  "sweep-changes": job(sweepChanges),
  "sweep-blobs": job(sweepBlobs),
  purge: job((owner: { siteId: string; userId: string }) => purge(owner, endSharesBelow)),
  "sweep-deliveries": job(sweepDeliveries),
  "wake-deliveries": job(wakeDeliveries),
  "contact-removed": job(endSharesWithContact),
  "expire-received-share": job(expireReceivedShare),
  "sweep-purged": job(sweepPurged),
  "sweep-ended-shares": job(sweepEndedShares),
  "sweep-access-tokens": job(sweepAccessTokens),
  "sweep-invites": job(sweepInvites),
  "sweep-seen-signatures": job(sweepSeenSignatures),
  "sweep-providers": job(sweepProviders),
  "sweep-notices": job(sweepNotices),
};

/** Those that call other clouds. */
const waitingTasks: Jobs["tasks"] = {
  deliver: job((delivery: DeliveryJob) => deliver(delivery, describers)),
  "measure-received-share": job(measureReceivedShare),
};

/** Minute, hour, day, month, weekday (UTC), and what is done then. */
const crontab = `
17 * * * * sweep-sessions
23 * * * * sweep-rate-counts
* * * * * fold-changes
* * * * * sweep-deliveries
*/20 * * * * sweep-blobs
41 * * * * sweep-access-tokens
29 * * * * sweep-invites
47 * * * * sweep-purged
53 * * * * sweep-ended-shares
11 * * * * sweep-seen-signatures
37 3 * * * sweep-providers
7 4 * * * sweep-changes
43 3 * * * sweep-notices
`;

export const jobs: Jobs = { tasks, waitingTasks, crontab };
