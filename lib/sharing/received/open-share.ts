import { db } from "@/lib/core/db";
import { notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { requireSecondFactor } from "@/lib/identity/second-factor/factors";
import { MUST_USE_MFA } from "@/lib/protocol/ocm/wire";
import { noSuchOffer } from "@/lib/sharing/received/received-shares";
import type { ReceivedShare } from "@/prisma/generated/client";

export type Receiver = Pick<UserPrincipal, "siteId" | "userId" | "secondFactorAt">;

/**
 * A received share that may be opened by this receiver now.
 *
 * @throws SHARE_NOT_FOUND, SHARE_ENDED, SHARE_EXPIRED (404), SECOND_FACTOR_REQUIRED (403)
 */
export async function getOpenShare(receiver: Receiver, id: string): Promise<ReceivedShare> {
  const { siteId, userId } = receiver;
  const share = isId(id) ? await db().receivedShare.findFirst({ where: { siteId, id, receiverId: userId } }) : null;
  if (!share || share.state === "pending" || share.state === "declined") throw noSuchOffer();
  if (share.state !== "accepted" || !(await isStillMember(share))) {
    throw notFound("SHARE_ENDED", `${share.senderName} no longer shares this.`);
  }
  if (share.expiresAt && share.expiresAt <= new Date()) {
    throw notFound("SHARE_EXPIRED", "The time for which this was shared is over.");
  }
  if (share.requirements.includes(MUST_USE_MFA)) requireSecondFactor(receiver);
  return share;
}

/** Whoever leaves a group has what is shared with it no more from that moment on; the job that tidies up comes later. */
async function isStillMember({ siteId, groupId, receiverId: userId }: ReceivedShare): Promise<boolean> {
  return !groupId || (await db().groupMember.count({ where: { siteId, groupId, userId } })) > 0;
}
