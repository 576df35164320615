import type { Tx } from "@/lib/core/db";
import type { Description } from "@/lib/delivery/deliver";
import type { Subject } from "@/lib/delivery/outbox";
import { isAnswered, withOutcome as withAnswerOutcome } from "@/lib/sharing/received/describe-received-share";
import { withOutcome as withReshareOutcome } from "@/lib/sharing/received/describe-reshare";
import { withOutcome as withRequestOutcome } from "@/lib/sharing/requests/ask-for-share";
import { withOutcome, withParties } from "@/lib/sharing/sent/delivery-outcome";

/** Tells the person of ours whom a share concerns that its other cloud is not told any more, and why. */
export async function noteGivenUp(tx: Tx, subject: Subject, sentence: string): Promise<void> {
  const outcome = await READ[subject.subjectKind]?.(tx, subject);
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

async function ofRequest(tx: Tx, { siteId, subjectId: id }: Subject): Promise<Outcome | null> {
  const where = { siteId, id, answeredAt: null, contact: { removedAt: null } };
  const request = await tx.shareRequest.findFirst({ where, include: { contact: true } });
  return request?.contact ? withRequestOutcome({ ...request, contact: request.contact }) : null;
}

async function ofReshare(tx: Tx, { siteId, subjectId: id }: Subject): Promise<Outcome | null> {
  const where = { siteId, id, receivedShare: { state: "accepted" as const } };
  const row = await tx.reshare.findFirst({ where, include: { receivedShare: true } });
  return row && withReshareOutcome(row.receivedShare, row);
}

/** Of the end of a contact nobody needs to hear: it holds whether or not the other cloud knows. */
const READ: Record<string, typeof ofSent> = {
  "sent-share": ofSent,
  "received-share": ofReceived,
  "share-request": ofRequest,
  reshare: ofReshare,
};
