import { db } from "@/lib/core/db";
import type { Describer } from "@/lib/delivery/deliver";
import type { ReceivedState } from "@/prisma/generated/client";

const NOTIFICATIONS: Partial<Record<ReceivedState, string>> = {
  accepted: "SHARE_ACCEPTED",
  declined: "SHARE_DECLINED",
  left: "SHARE_DECLINED",
};

/** What the Sending Server should hear of an offer now: nothing until it is answered, then the answer. */
export const describeReceivedShare: Describer = async (siteId, id) => {
  const share = await db().receivedShare.findUnique({ where: { siteId_id: { siteId, id } } });
  const notificationType = share && NOTIFICATIONS[share.state];
  if (!notificationType) return null;
  const { resourceType, providerId } = share;
  const json = { notificationType, resourceType, providerId, notification: {} };
  // A cloud that knows the share no more, or hears no answers, is not told again.
  return { call: { to: "/notifications", json }, alsoDone: [400, 404, 501] };
};
