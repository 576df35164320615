import { recordAudit } from "@/lib/audit/record";
import { db, type Tx } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { dropGivenUp, wantDelivered } from "@/lib/delivery/outbox";
import { groupChanged } from "@/lib/identity/change-groups";
import { touchTopic } from "@/lib/notices/live";
import { endReceivedShare } from "@/lib/sharing/received/end-received-share";
import type { SentShareView } from "@/lib/sharing/schema";
import { getSentShare, requireOwnShare } from "@/lib/sharing/sent/sent-shares";
import { tellCutBranches } from "@/lib/sharing/sent/tell-cut-branches";
import type { Prisma, SentShare } from "@/prisma/generated/client";

/**
 * Ends a share for good, at once: its secret and its access tokens open nothing when this returns, and the other side
 * is told, and so is whoever had it made. Ending it again takes it off the list, if we gave up telling the other side.
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
    await tellCutBranches(tx, ended);
    await recordAudit(tx, siteId, { actor: `user:${userId}`, action: "share-revoked", subject: `sent-share:${id}` });
  });
  return getSentShare(sender, id);
}

/** Ends the live shares that a condition names, and what others have through them, in the caller's transaction. */
export async function endSentShares(tx: Tx, siteId: string, which: Prisma.SentShareWhereInput): Promise<SentShare[]> {
  // The sealed secret goes when the end was heard: some clouds believe the end by the secret alone.
  const ended = await tx.sentShare.updateManyAndReturn({
    where: { ...which, siteId, revokedAt: null },
    data: { revokedAt: new Date(), secretHash: null },
  });
  const among = { in: ended.map(({ id }) => id) };
  await tx.accessToken.deleteMany({ where: { siteId, sentShareId: among } });
  for (const { id, provider, groupId } of ended) {
    if (groupId) await groupChanged(tx, { siteId, groupId });
    else if (!provider) await endReceivedShare(tx, { siteId, provider, providerId: id, proof: null });
    else await wantDelivered(tx, { siteId, provider, subjectKind: "sent-share", subjectId: id });
  }
  if (ended.length > 0) await endSentShares(tx, siteId, { reshareOfId: among });
  await touchTopic(tx, siteId, [...new Set(ended.map(({ senderId }) => senderId))], "shares-sent");
  return ended;
}
