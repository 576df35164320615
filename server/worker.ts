import { tendKeys } from "@/lib/admin/keys";
import { checkVerified, sweepVerified } from "@/lib/contacts/check-verified";
import { sweepInvites } from "@/lib/contacts/invites";
import { describeContact } from "@/lib/contacts/remove-contact";
import { deliver, probeCloud } from "@/lib/delivery/deliver";
import type { DeliveryJob, ProbeJob } from "@/lib/delivery/jobs";
import { sweepDeliveries, wakeDeliveries } from "@/lib/delivery/outbox";
import { scrubBlobs, wakeScrub } from "@/lib/files/blobs/scrub";
import { sweepBlobs } from "@/lib/files/blobs/sweep";
import { foldChanges, sweepChanges } from "@/lib/files/changes";
import { purge, sweepPurged, sweepTrash } from "@/lib/files/purge";
import { readTexts, wakeReading } from "@/lib/files/texts/read-texts";
import { thinVersions } from "@/lib/files/thin-versions";
import { sweepUploads } from "@/lib/files/uploads/sweep-uploads";
import { sweepSessions } from "@/lib/identity/sessions";
import type { Jobs } from "@/lib/jobs/runner";
import { sweepRateCounts } from "@/lib/limits/limit";
import { sendSealedMail } from "@/lib/notices/mail";
import { sweepNotices } from "@/lib/notices/notices";
import { endSharesBelow, endSharesWithContact, sweepEndedShares } from "@/lib/sharing/end-shares";
import { settleGroupShares, sweepGroupShares } from "@/lib/sharing/group-shares";
import { noteGivenUp } from "@/lib/sharing/note-given-up";
import { acceptUnasked } from "@/lib/sharing/received/accept-unasked";
import { confirmGone } from "@/lib/sharing/received/confirm-gone";
import { describeReceivedShare } from "@/lib/sharing/received/describe-received-share";
import { describeReshare } from "@/lib/sharing/received/describe-reshare";
import { expireReceivedShare } from "@/lib/sharing/received/expire-received-share";
import { refreshRoots, refreshRootsOf, sweepKnown } from "@/lib/sharing/received/known/tend-known";
import { refreshOpenFolders } from "@/lib/sharing/received/known/watch-share";
import { measureReceivedShare } from "@/lib/sharing/received/measure-received-share";
import { tendCopies, wakeCopies } from "@/lib/sharing/received/offline/tend-copies";
import { describeShareRequest } from "@/lib/sharing/requests/ask-for-share";
import { sweepShareRequests } from "@/lib/sharing/requests/share-requests";
import { cutForbiddenShares } from "@/lib/sharing/sent/cut-shares";
import { describeSentShare } from "@/lib/sharing/sent/describe-sent-share";
import { sweepAccessTokens } from "@/lib/sharing/sent/issue-access-token";
import { describeReshareAnswer } from "@/lib/sharing/sent/tell-branch-answer";
import { describeReshareCut } from "@/lib/sharing/sent/tell-cut-branches";
import { sweepProviders } from "@/lib/trust/claimed-providers";
import { type DirectoryJob, readDirectories, readDirectoryNow } from "@/lib/trust/read-directory";
import { sweepSeenSignatures } from "@/lib/trust/seen-signatures";

/** A job gets the payload that it was enqueued with; its rooms check what still holds of it. */
const job =
  <P>(run: (payload: P) => Promise<unknown>) =>
  async (payload: unknown): Promise<void> => {
    await run(payload as P);
  };

/** Who says what a peer should hear of a thing. */
const describers = {
  "sent-share": describeSentShare,
  "received-share": describeReceivedShare,
  contact: describeContact,
  "share-request": describeShareRequest,
  reshare: describeReshare,
  "reshare-cut": describeReshareCut,
  "reshare-answer": describeReshareAnswer,
};

/** Which function does the job of a name. This is where a lower room reaches a higher one. */
const tasks: Jobs["tasks"] = {
  "send-mail": job(sendSealedMail),
  "sweep-sessions": job(sweepSessions),
  "sweep-rate-counts": job(sweepRateCounts),
  "fold-changes": job(foldChanges),
  "sweep-changes": job(sweepChanges),
  "sweep-blobs": job(() => sweepBlobs()),
  "sweep-uploads": job(sweepUploads),
  "wake-reading": job(wakeReading),
  "wake-scrub": job(wakeScrub),
  purge: job((owner: { siteId: string; userId: string }) => purge(owner, endSharesBelow)),
  "sweep-deliveries": job(sweepDeliveries),
  "wake-deliveries": job(wakeDeliveries),
  "contact-removed": job(endSharesWithContact),
  "check-verified": job(checkVerified),
  "sweep-verified": job(sweepVerified),
  "cut-forbidden-shares": job(cutForbiddenShares),
  "group-changed": job(settleGroupShares),
  "sweep-group-shares": job(sweepGroupShares),
  "accept-unasked": job(acceptUnasked),
  "expire-received-share": job(expireReceivedShare),
  "refresh-roots": job(refreshRoots),
  "sweep-known": job(sweepKnown),
  "wake-copies": job(wakeCopies),
  "thin-versions": job(thinVersions),
  "sweep-trash": job(sweepTrash),
  "sweep-purged": job(sweepPurged),
  "sweep-share-requests": job(sweepShareRequests),
  "sweep-ended-shares": job(sweepEndedShares),
  "sweep-access-tokens": job(sweepAccessTokens),
  "sweep-invites": job(sweepInvites),
  "sweep-seen-signatures": job(sweepSeenSignatures),
  "sweep-providers": job(sweepProviders),
  "sweep-notices": job(sweepNotices),
  "tend-keys": job(() => tendKeys()),
  "read-directories": job(readDirectories),
};

/** Those that call other clouds, or wait for a thread. */
const waitingTasks: Jobs["tasks"] = {
  "read-texts": job(readTexts),
  "scrub-blobs": job(scrubBlobs),
  deliver: job((delivery: DeliveryJob) => deliver(delivery, describers, noteGivenUp)),
  "probe-cloud": job((cloud: ProbeJob) => probeCloud(cloud, describers, noteGivenUp)),
  "measure-received-share": job(measureReceivedShare),
  "confirm-gone": job(confirmGone),
  "refresh-open-folders": job(refreshOpenFolders),
  "refresh-roots-of": job(refreshRootsOf),
  "tend-copies": job(tendCopies),
  "read-directory": job((directory: DirectoryJob) => readDirectoryNow(directory)),
};

/** Minute, hour, day, month, weekday (UTC), and what is done then. */
const crontab = `
17 * * * * sweep-sessions
23 * * * * sweep-rate-counts
* * * * * fold-changes
* * * * * sweep-deliveries
* * * * * wake-reading
*/20 * * * * sweep-blobs
*/10 * * * * wake-scrub
27 * * * * sweep-uploads
41 * * * * sweep-access-tokens
29 * * * * sweep-invites
31 * * * * sweep-verified
47 * * * * sweep-purged
53 * * * * sweep-ended-shares
59 * * * * sweep-group-shares
11 * * * * sweep-seen-signatures
3 3 * * * thin-versions
9 3 * * * sweep-trash
37 3 * * * sweep-providers
7 4 * * * sweep-changes
43 3 * * * sweep-notices
49 3 * * * sweep-share-requests
13 * * * * tend-keys
31 * * * * read-directories
3 * * * * refresh-roots
19 * * * * sweep-known
*/5 * * * * wake-copies
`;

export const jobs: Jobs = { tasks, waitingTasks, crontab };
