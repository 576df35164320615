import { onDuplicate, type Tx } from "@/lib/core/db";
import { wantDelivered } from "@/lib/delivery/outbox";
import { outsideRights, requireMayShare } from "@/lib/identity/outside";
import { endSentShares } from "@/lib/sharing/sent/end-sent-shares";
import { offerWithinSite } from "@/lib/sharing/sent/offer-within-site";
import type { FoundRecipient } from "@/lib/sharing/sent/recipient";
import { newShareSecret } from "@/lib/sharing/sent/share-secret";
import type { SentShare } from "@/prisma/generated/client";

/** A share to be made. */
export type NewShare = Pick<
  SentShare,
  "siteId" | "senderId" | "role" | "note" | "needsSecondFactor" | "canReshare" | "expiresAt" | "reshareOfId"
> &
  Partial<Pick<SentShare, "resharedTo">> & { nodeId: string; recipient: FoundRecipient };

/**
 * Makes a share, and offers it on this site or has it told to the other cloud, all in the caller's transaction. With
 * another cloud it ends when the policies of the site say so at the latest.
 *
 * @throws SHARE_ALREADY_SENT, SHARING_OUTSIDE_NOT_ALLOWED, ADDRESSES_NOT_ALLOWED, EXPIRY_TOO_LATE
 */
export async function makeShare(tx: Tx, { recipient, ...share }: NewShare): Promise<SentShare> {
  const { siteId, nodeId, senderId } = share;
  const { shareWith, contactId } = recipient;
  await endFinishedShare(tx, { siteId, senderId, nodeId, shareWith });
  const who = { siteId, userId: senderId };
  const expiresAt = recipient.provider
    ? requireMayShare(await outsideRights(who, tx), { contactId, expiresAt: share.expiresAt })
    : share.expiresAt;
  const created = await tx.sentShare
    .create({ data: { ...share, siteId, ...recipient, ...(recipient.provider && newShareSecret()), expiresAt } })
    .catch(onDuplicate("SHARE_ALREADY_SENT", `It is already shared with ${recipient.recipientName}.`));
  const { id: subjectId, provider } = created;
  if (provider) await wantDelivered(tx, { siteId, provider, subjectKind: "sent-share", subjectId });
  else await offerWithinSite(tx, created);
  return created;
}

type Standing = { siteId: string; senderId: string; nodeId: string; shareWith: string };

/** A share that was declined, has expired or could never be delivered does not stand in the way of another. */
async function endFinishedShare(tx: Tx, { siteId, senderId, nodeId, shareWith }: Standing): Promise<void> {
  const live = { siteId, senderId, nodeId, shareWith, revokedAt: null };
  const standing = await tx.sentShare.findFirst({ where: live, select: { id: true } });
  if (!standing) return;
  const { id } = standing;
  const gaveUp = { siteId, subjectKind: "sent-share", subjectId: id, gaveUpAt: { not: null } };
  const hasGivenUp = (await tx.delivery.count({ where: gaveUp })) > 0;
  const isUndelivered = { answer: "pending", toldRole: null } as const;
  const isOver = [{ answer: "declined" as const }, { expiresAt: { lte: new Date() } }];
  await endSentShares(tx, siteId, { id, OR: hasGivenUp ? [...isOver, isUndelivered] : isOver });
}
