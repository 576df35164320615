import type { Tx } from "@/lib/core/db";
import type { Description } from "@/lib/delivery/deliver";
import type { Subject } from "@/lib/delivery/outbox";
import { isAnswered, withOutcome as withAnswerOutcome } from "@/lib/sharing/received/describe-received-share";
import { withOutcome, withParties } from "@/lib/sharing/sent/delivery-outcome";

/** Tells the person of ours whom a share concerns that its other cloud is not told any more, and why. */
export async function noteGivenUp(tx: Tx, subject: Subject, sentence: string): Promise<void> {
  const outcome = subject.subjectKind === "sent-share" ? await ofSent(tx, subject) : await ofReceived(tx, subject);
  await outcome?.onFailed?.(tx, { sentence, hasGivenUp: true });
}

type Outcome = Pick<Description, "onFailed">;

/** Of the end of a share that never reached the other cloud nobody needs to hear. */
async function ofSent(tx: Tx, { siteId, subjectId: id }: Subject): Promise<Outcome | null> {
  const share = await tx.sentShare.findUnique({ where: { siteId_id: { siteId, id } }, include: withParties });
  if (!share || share.answer === "declined") return null;
  return share.revokedAt && !share.toldRole && share.answer !== "accepted" ? null : withOutcome(share);
}

async function ofReceived(tx: Tx, { siteId, subjectId: id }: Subject): Promise<Outcome | null> {
  const share = await tx.receivedShare.findUnique({ where: { siteId_id: { siteId, id } } });
  return share && isAnswered(share) ? withAnswerOutcome(share) : null;
}
