import { recordAudit, recordHeard } from "@/lib/audit/record";
import type { Tx } from "@/lib/core/db";
import type { Proof } from "@/lib/core/proof";
import { notify } from "@/lib/notices/notices";
import { endSentShares } from "@/lib/sharing/sent/end-sent-shares";
import { tellBranchAnswer } from "@/lib/sharing/sent/tell-branch-answer";
import type { Prisma, SentShare } from "@/prisma/generated/client";

/**
 * Which share the answer is to, and from whom: of this site, where `provider` is empty, the person. `as`: what it was
 * offered under, so that it is no answer to another offer of it that was made meanwhile.
 */
export type AnsweredShare = { siteId: string; id: string; provider: string; as?: OfferedAs } & By;
type OfferedAs = Partial<Pick<SentShare, "offeredAs" | "secretHash">>;
type By = { userId: string } | { proof: Proof };

/** The Receiving Party took the share. Hearing it again, or after the share has ended, changes nothing. */
export async function recordAcceptance(tx: Tx, { siteId, id, provider, as, ...by }: AnsweredShare): Promise<void> {
  const which = { siteId, id, provider, ...as };
  const [share] = await answer(tx, { ...which, answer: "pending" }, { answer: "accepted" });
  if (!share) return;
  await tellBranchAnswer(tx, share, "accepted");
  await tell(tx, share, "share-accepted", by);
}

/** The Receiving Party refused the share, or left it after accepting. For good: another share must be sent. */
export async function recordRefusal(tx: Tx, { siteId, id, provider, as, ...by }: AnsweredShare): Promise<void> {
  const which = { siteId, id, provider, ...as };
  const declined = { answer: "declined", secretHash: null, secretEncrypted: null } as const;
  const [refused] = await answer(tx, { ...which, answer: "pending" }, declined);
  const [left] = refused ? [] : await answer(tx, { ...which, answer: "accepted" }, { ...declined, isLeft: true });
  const share = refused ?? left;
  if (!share) return;
  await tx.accessToken.deleteMany({ where: { siteId: share.siteId, sentShareId: share.id } });
  await endSentShares(tx, share.siteId, { reshareOfId: share.id });
  await tellBranchAnswer(tx, share, "declined");
  await tell(tx, share, refused ? "share-declined" : "share-left", by);
}

type WithName = SentShare & { node: { name: string } | null; contact: { removedAt: Date | null } | null };

function answer(
  tx: Tx,
  where: Prisma.SentShareWhereInput,
  data: Prisma.SentShareUpdateManyMutationInput,
): Promise<WithName[]> {
  return tx.sentShare.updateManyAndReturn({
    where: { ...where, revokedAt: null },
    data: { ...data, answeredAt: new Date() },
    include: { node: { select: { name: true } }, contact: { select: { removedAt: true } } },
  });
}

type Answer = "share-accepted" | "share-declined" | "share-left";

async function tell(tx: Tx, share: WithName, kind: Answer, by: By): Promise<void> {
  const { siteId, senderId, provider } = share;
  const about = { shareId: share.id, resource: share.node?.name ?? "", name: share.recipientName, provider };
  // Of the end of a relationship one is told at once, not of every share that ends with it.
  if (!share.contact?.removedAt) await notify(tx, siteId, senderId, kind, about, ["shares-sent"]);
  const subject = `sent-share:${share.id}`;
  if ("proof" in by) return recordHeard(tx, siteId, { provider, proof: by.proof }, { action: kind, subject });
  await recordAudit(tx, siteId, { actor: `user:${by.userId}`, action: kind, subject });
}
