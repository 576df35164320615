import { db } from "@/lib/core/db";
import type { Describer } from "@/lib/delivery/deliver";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import { describeNotification } from "@/lib/sharing/internal/notification";
import { aboutReceived, forgetSecret } from "@/lib/sharing/received/offer";

const ANSWERS = { accepted: "SHARE_ACCEPTED", declined: "SHARE_DECLINED", left: "SHARE_DECLINED" };

/** What the Sending Server should hear of an offer now: nothing until it is answered, then the answer. */
export const describeReceivedShare: Describer = async (siteId, id) => {
  const share = await db().receivedShare.findUnique({ where: { siteId_id: { siteId, id } } });
  if (!share || share.state === "pending" || share.state === "revoked") return null;
  const { receiverId, state } = share;
  return {
    ...describeNotification({ ...share, grantee: share.shareWith }, ANSWERS[state]),
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
};
