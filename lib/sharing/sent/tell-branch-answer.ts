import { db, type Tx } from "@/lib/core/db";
import type { Describer } from "@/lib/delivery/deliver";
import { describeNotification } from "@/lib/delivery/notification";
import { wantDelivered } from "@/lib/delivery/outbox";
import { hearReshareAnswer } from "@/lib/sharing/received/reshare-answer";
import { describeAsked } from "@/lib/sharing/sent/asked-branches";
import { providerIdOf } from "@/lib/sharing/sent/provider-id";
import type { ReshareAnswer, SentShare } from "@/prisma/generated/client";

type Branch = Pick<SentShare, "siteId" | "id" | "reshareOfId" | "resharedTo" | "shareWith">;

/** Whoever had a share made hears what became of it, in the transaction that writes that down. Nothing of other shares. */
export async function tellBranchAnswer(tx: Tx, branch: Branch, answer: ReshareAnswer): Promise<void> {
  const { siteId, id, reshareOfId, resharedTo, shareWith } = branch;
  if (!reshareOfId) return;
  const parent = await tx.sentShare.findFirst({ where: { siteId, id: reshareOfId, revokedAt: null } });
  if (!parent) return;
  const { provider } = parent;
  if (provider) return wantDelivered(tx, { siteId, provider, subjectKind: "reshare-answer", subjectId: id });
  await hearReshareAnswer(
    tx,
    { siteId, provider, providerId: parent.id, proof: null },
    { shareWith: resharedTo ?? shareWith, answer },
  );
}

/** The same once a branch was offered, of which they may have heard that it could not be. */
export async function tellBranchOffered(tx: Tx, { siteId, id }: Pick<SentShare, "siteId" | "id">): Promise<void> {
  const branch = await tx.sentShare.findFirst({ where: { siteId, id, reshareOfId: { not: null } } });
  if (branch) await tellBranchAnswer(tx, branch, branch.answer); // which may have overtaken this
}

/**
 * What the cloud should hear of a branch whose receiver is there: what became of it.
 *
 * @see FEDERATION.md, "Sharing on"
 */
export const describeReshareAnswer: Describer = async (siteId, id) => {
  const reshareOf = { include: { node: { select: { kind: true } } } };
  const branch = await db().sentShare.findUnique({ where: { siteId_id: { siteId, id } }, include: { reshareOf } });
  const parent = branch?.reshareOf;
  if (!branch || !parent?.provider || branch.revokedAt || parent.revokedAt || parent.answer === "declined") return null;
  if (branch.askedAs !== null) {
    // They know no other answers, and of a refusal most of them make nothing.
    if (branch.answer === "pending") return null;
    return describeAsked(branch, branch.answer === "accepted" ? "SHARE_ACCEPTED" : "RESHARE_UNDO");
  }
  const gaveUp = { siteId, subjectKind: "sent-share", subjectId: id, gaveUpAt: { not: null } };
  const isUnreached =
    branch.answer === "pending" && !branch.toldRole && (await db().delivery.count({ where: gaveUp })) > 0;
  const answer = isUnreached ? "unreached" : branch.answer;
  const { shareWith: grantee, secretEncrypted, node } = parent;
  const resourceType = node?.kind ?? "file";
  const known = { siteId, resourceType, providerId: providerIdOf(parent), grantee, secretEncrypted };
  return describeNotification(known, "RESHARE_ANSWERED", { shareWith: branch.resharedTo ?? branch.shareWith, answer });
};
