import { recordAudit } from "@/lib/audit/record";
import { db, type Tx } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import { futureExpiry } from "@/lib/core/expiry";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { retryNow } from "@/lib/delivery/outbox";
import { outsideRights, requireWithinLongest } from "@/lib/identity/outside";
import { touchTopic } from "@/lib/notices/live";
import type { SentShareView, UpdateSentShareInput } from "@/lib/sharing/schema";
import { narrowBranches } from "@/lib/sharing/sent/branches";
import { getSentShare, requireOwnShare } from "@/lib/sharing/sent/sent-shares";
import { tellChanged } from "@/lib/sharing/sent/tell-changed";

/**
 * Changes what a share grants and until when. Every request under the share is judged by it from now on, whatever
 * the other side believes; the other side is told.
 *
 * @throws SHARE_NOT_FOUND, SHARE_ENDED, EXPIRY_PAST, EXPIRY_TOO_LATE, NOTE_ALREADY_TOLD
 */
export async function updateSentShare(
  sender: UserPrincipal,
  id: string,
  input: UpdateSentShareInput,
): Promise<SentShareView> {
  const { siteId, userId } = sender;
  const { note } = input;
  const chosen = input.expiresAt === undefined ? undefined : futureExpiry(input.expiresAt);
  await db().$transaction(async (tx) => {
    const expiresAt = chosen === undefined ? undefined : await asPoliciesAllow(tx, sender, id, chosen);
    if (note !== undefined) await requireNoteUntold(tx, sender, id, note);
    const [share] = await tx.sentShare.updateManyAndReturn({
      where: {
        siteId,
        id: await requireOwnShare(tx, sender, id),
        senderId: userId,
        revokedAt: null,
        answer: { not: "declined" },
      },
      data: { role: input.role, expiresAt, note },
    });
    if (!share) throw conflict("SHARE_ENDED", "This share has ended. Share it again instead.");

    await tellChanged(tx, share);
    await narrowBranches(tx, share);
    await touchTopic(tx, siteId, [userId], "shares-sent");
    await recordAudit(tx, siteId, {
      actor: `user:${userId}`,
      action: "share-changed",
      subject: `sent-share:${id}`,
      detail: { role: share.role, expiresAt: share.expiresAt?.toISOString() ?? null },
    });
  });
  return getSentShare(sender, id);
}

/** With another cloud it does not last longer than the policies allow. */
async function asPoliciesAllow(tx: Tx, sender: UserPrincipal, id: string, expiresAt: Date | null) {
  const { siteId, userId: senderId } = sender;
  const isOutside = isId(id) && (await tx.sentShare.count({ where: { siteId, id, senderId, provider: { not: "" } } }));
  return isOutside ? requireWithinLongest(await outsideRights(sender, tx), expiresAt) : expiresAt;
}

/** A note goes out with the offer, and no message could change it. */
async function requireNoteUntold(tx: Tx, { siteId, userId }: UserPrincipal, id: string, note: string): Promise<void> {
  const another = { note: { not: note }, provider: { not: "" }, offeredAt: { not: null } };
  const isTold = isId(id) && (await tx.sentShare.count({ where: { siteId, id, senderId: userId, ...another } })) > 0;
  if (isTold)
    throw conflict("NOTE_ALREADY_TOLD", "The other cloud was told the note already, and it cannot be changed.");
}

/**
 * Tells the other cloud now instead of when its next try is due, also after we gave up.
 *
 * @throws SHARE_NOT_FOUND
 */
export async function retryShare(sender: UserPrincipal, id: string): Promise<SentShareView> {
  const { siteId, userId } = sender;
  await db().$transaction(async (tx) => {
    await retryNow(tx, { siteId, subjectKind: "sent-share", subjectId: await requireOwnShare(tx, sender, id) });
    await touchTopic(tx, siteId, [userId], "shares-sent");
  });
  return getSentShare(sender, id);
}
