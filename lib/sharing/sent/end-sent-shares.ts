import { recordAudit } from "@/lib/audit/record";
import { db, type Tx } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { dropGivenUp, wantDelivered } from "@/lib/delivery/outbox";
import { touchTopic } from "@/lib/notices/live";
import { endReceivedShare } from "@/lib/sharing/received/offer";
import type { SentShareView } from "@/lib/sharing/schema";
import { getSentShare, requireOwnShare } from "@/lib/sharing/sent/sent-shares";
import type { Prisma, SentShare } from "@/prisma/generated/client";

/**
 * Ends a share for good, at once: its secret and its access tokens open nothing when this returns, and the other side
 * is told. Ending it again takes it off the list, if we gave up telling the other side.
 *
 * @throws SHARE_NOT_FOUND
 * @see OCM, "Share Deletion"
 */
export async function revokeShare(sender: UserPrincipal, id: string): Promise<SentShareView> {
  const { siteId, userId } = sender;
  await db().$transaction(async (tx) => {
    await requireOwnShare(tx, sender, id);
    const ended = await endSentShares(tx, siteId, { id, senderId: userId });
    if (ended.length === 0) {
      const isDropped = await dropGivenUp(tx, { siteId, subjectKind: "sent-share", subjectId: id });
      if (isDropped) await tx.sentShare.updateMany({ where: { siteId, id }, data: { secretEncrypted: null } });
      return touchTopic(tx, siteId, [userId], "shares-sent");
    }
    await recordAudit(tx, siteId, { actor: `user:${userId}`, action: "share-revoked", subject: `sent-share:${id}` });
  });
  return getSentShare(sender, id);
}

/** Ends the live shares that a condition names, in the caller's transaction, and returns them. */
export async function endSentShares(tx: Tx, siteId: string, which: Prisma.SentShareWhereInput): Promise<SentShare[]> {
  const ended = await tx.sentShare.updateManyAndReturn({
    where: { ...which, siteId, revokedAt: null },
    data: { revokedAt: new Date(), secretHash: null },
  });
  const among = { in: ended.map(({ id }) => id) };
  // A cloud that knows no exchange believes the end by the secret alone: that goes when the end was heard.
  const isNeeded = { opensBySecret: true };
  await tx.sentShare.updateMany({ where: { siteId, id: among, NOT: isNeeded }, data: { secretEncrypted: null } });
  await tx.accessToken.deleteMany({ where: { siteId, sentShareId: among } });
  for (const { id, provider, recipientId } of ended) {
    if (recipientId) await endReceivedShare(tx, { siteId, provider, providerId: id });
    else await wantDelivered(tx, { siteId, provider, subjectKind: "sent-share", subjectId: id });
  }
  await touchTopic(tx, siteId, [...new Set(ended.map(({ senderId }) => senderId))], "shares-sent");
  return ended;
}
