import { db } from "@/lib/core/db";
import type { Describer, Description } from "@/lib/delivery/deliver";
import { describeNotification } from "@/lib/delivery/notification";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import { forgetSecret } from "@/lib/sharing/received/end-received-share";
import { aboutReceived } from "@/lib/sharing/received/offer";
import { describeReply } from "@/lib/sharing/received/reply-to-invitation";
import type { ReceivedShare } from "@/prisma/generated/client";

const ANSWERS = { accepted: "SHARE_ACCEPTED", declined: "SHARE_DECLINED", left: "SHARE_DECLINED" };

/** What the Sending Server should hear of an offer now: nothing until it is answered, then the answer. */
export const describeReceivedShare: Describer = async (siteId, id) => {
  const share = await db().receivedShare.findUnique({ where: { siteId_id: { siteId, id } }, include: { group: true } });
  // What a group was offered is refused when there is no such group any more, not when a member does not want it.
  if (!share || !isAnswered(share) || (share.state !== "accepted" && share.group?.deletedAt === null)) return null;
  if (share.isInvitation) return describeReply(share);
  const notification = describeNotification({ ...share, grantee: share.shareWith }, ANSWERS[share.state]);
  return { ...notification, ...withOutcome(share) };
};

type AnsweredShare = ReceivedShare & { state: keyof typeof ANSWERS };

/** Whether its receiver has answered it, and its sender not ended it. */
export function isAnswered(share: ReceivedShare): share is AnsweredShare {
  return share.state in ANSWERS;
}

/** What is written down, and whom it is told, once the sender's cloud has heard the answer or could not be told. */
export function withOutcome(share: AnsweredShare): Pick<Description, "onDelivered" | "onFailed"> {
  const { siteId, receiverId, state } = share;
  return {
    async onDelivered(tx) {
      await forgetSecret(tx, share);
      await touchTopic(tx, siteId, [receiverId], "shares-received");
    },
    async onFailed(tx, { sentence: reason, hasGivenUp }) {
      const about = { ...aboutReceived(share), what: state, reason };
      if (hasGivenUp) await notify(tx, siteId, receiverId, "share-untold", about);
      await touchTopic(tx, siteId, [receiverId], "shares-received");
    },
  };
}
