import { recordAudit } from "@/lib/audit/record";
import type { Tx } from "@/lib/core/db";
import { notify } from "@/lib/notices/notices";
import type { Prisma, SentShare } from "@/prisma/generated/client";

/** Which share the answer is to, and from whom: `provider` is empty for this site. */
export type AnsweredShare = { siteId: string; id: string; provider: string };

/** The Receiving Party took the share. Hearing it again, or after the share has ended, changes nothing. */
export async function recordAcceptance(tx: Tx, which: AnsweredShare): Promise<void> {
  const [share] = await answer(tx, { ...which, answer: "pending" }, { answer: "accepted" });
  if (share) await tell(tx, share, "share-accepted");
}

/** The Receiving Party refused the share, or left it after accepting. For good: another share must be sent. */
export async function recordRefusal(tx: Tx, which: AnsweredShare): Promise<void> {
  const declined = { answer: "declined", secretHash: null, secretEncrypted: null } as const;
  const [refused] = await answer(tx, { ...which, answer: "pending" }, declined);
  const [left] = refused ? [] : await answer(tx, { ...which, answer: "accepted" }, { ...declined, isLeft: true });
  const share = refused ?? left;
  if (!share) return;
  await tx.accessToken.deleteMany({ where: { siteId: share.siteId, sentShareId: share.id } });
  await tell(tx, share, refused ? "share-declined" : "share-left");
}

type WithName = SentShare & { node: { name: string } | null };

function answer(
  tx: Tx,
  where: Prisma.SentShareWhereInput,
  data: Prisma.SentShareUpdateManyMutationInput,
): Promise<WithName[]> {
  return tx.sentShare.updateManyAndReturn({
    where: { ...where, revokedAt: null },
    data: { ...data, answeredAt: new Date() },
    include: { node: { select: { name: true } } },
  });
}

async function tell(tx: Tx, share: WithName, kind: "share-accepted" | "share-declined" | "share-left"): Promise<void> {
  const { siteId, senderId, provider } = share;
  const about = { shareId: share.id, resource: share.node?.name ?? "", name: share.recipientName, provider };
  await notify(tx, siteId, senderId, kind, about, ["shares-sent"]);
  const actor = share.recipientId ? `user:${share.recipientId}` : `provider:${provider}`;
  await recordAudit(tx, siteId, { actor, action: kind, subject: `sent-share:${share.id}` });
}
