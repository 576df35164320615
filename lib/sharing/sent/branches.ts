import { recordAudit } from "@/lib/audit/record";
import type { Tx } from "@/lib/core/db";
import { invalid } from "@/lib/core/errors";
import type { Proof } from "@/lib/core/proof";
import { notify } from "@/lib/notices/notices";
import { endSentShares } from "@/lib/sharing/sent/end-sent-shares";
import { makeShare } from "@/lib/sharing/sent/make-share";
import type { FoundRecipient } from "@/lib/sharing/sent/recipient";
import { tellChanged } from "@/lib/sharing/sent/tell-changed";
import type { SentShare, ShareRole } from "@/prisma/generated/client";

// What the receiver of a share has its owner share with others: each such branch is a share of the owner's own.

/** The share of whoever has it shared on; with how his cloud was believed, if he is on another one. */
export type Parent = SentShare & { proof?: Proof };

type Terms = Partial<Pick<SentShare, "role" | "expiresAt">>;

/** Whether a receiver may give others as much as this. @throws RESHARE_BEYOND_RIGHTS (400) */
export function requireWithin(parent: { role: ShareRole; canReshare: boolean }, role: ShareRole): void {
  if (parent.canReshare && (parent.role === "editor" || role === "viewer")) return;
  throw invalid("RESHARE_BEYOND_RIGHTS", "Nobody can give more than he was given.");
}

/**
 * Who gets it, as `findBranchRecipient` found him by the address that the receiver named; what he may do there, null where
 * the receiver said nothing of it; and his name as the receiver knows him.
 */
export type Branch = {
  recipient: FoundRecipient;
  role: ShareRole | null;
  shareWith: string;
  name?: string | undefined;
};

/**
 * Shares the owner's thing with somebody else for whoever has it from him, in a transaction that has locked that share;
 * the owner is told. Asking again changes at most what that one may do: the first answer may have been lost. Null: the
 * thing is gone.
 *
 * @throws RESHARE_BEYOND_RIGHTS, SHARE_ALREADY_SENT
 */
export async function addBranch(
  tx: Tx,
  parent: Parent,
  { recipient: found, ...asked }: Branch,
): Promise<SentShare | null> {
  const { shareWith: resharedTo, name } = asked;
  const role = asked.role ?? "viewer";
  const { siteId, senderId, nodeId, recipientName, provider, needsSecondFactor, expiresAt } = parent;
  requireWithin(parent, role);
  for (const address of [resharedTo, found.shareWith]) {
    const present = await findBranch(tx, parent, address);
    if (!present) continue;
    if (asked.role !== null) await changeBranch(tx, parent, address, asked.role);
    return present;
  }
  const recipient = name && found.recipientName === found.shareWith ? { ...found, recipientName: name } : found;
  const node = nodeId ? await tx.fileNode.findFirst({ where: { siteId, id: nodeId } }) : null;
  if (!nodeId || !node) return null; // gone for good, and the share ends
  const branch = await makeShare(tx, {
    ...{ siteId, senderId, nodeId, recipient, role, needsSecondFactor, expiresAt },
    note: `Shared with you by ${recipientName}.`,
    canReshare: false,
    reshareOfId: parent.id,
    resharedTo,
  });
  const about = { shareId: branch.id, resource: node.name, name: recipientName, provider };
  await notify(tx, siteId, senderId, "share-reshared", { ...about, whom: recipient.recipientName }, ["shares-sent"]);
  await audit(tx, parent, "share-reshared", branch);
  return branch;
}

/**
 * Grants somebody who has it through another one, by the address that one named, more or less, never more than he has.
 *
 * @throws RESHARE_BEYOND_RIGHTS
 */
export async function changeBranch(tx: Tx, parent: Parent, shareWith: string, role: ShareRole): Promise<void> {
  const branch = await findBranch(tx, parent, shareWith);
  if (!branch || branch.role === role) return;
  requireWithin(parent, role);
  await changeTerms(tx, branch, { role });
  await audit(tx, parent, "reshare-changed", branch);
}

/**
 * Ends what somebody has through another one, by the address that one named. Again: changes nothing. Returns whether he
 * ever had it: the request for it may still be on its way.
 */
export async function endBranch(tx: Tx, parent: Parent, shareWith: string): Promise<boolean> {
  const { siteId, id } = parent;
  const branch = await findBranch(tx, parent, shareWith);
  if (!branch) return (await tx.sentShare.count({ where: { siteId, reshareOfId: id, ...called(shareWith) } })) > 0;
  await endSentShares(tx, siteId, { id: branch.id });
  await audit(tx, parent, "reshare-ended", branch);
  return true;
}

/** Takes from those who have it through another one what that one has no more. */
export async function narrowBranches(tx: Tx, parent: SentShare): Promise<void> {
  const { siteId, id, role, expiresAt } = parent;
  const branches = await tx.sentShare.findMany({ where: { siteId, reshareOfId: id, revokedAt: null } });
  for (const branch of branches) {
    const isLonger = expiresAt !== null && (branch.expiresAt === null || branch.expiresAt > expiresAt);
    const isMore = role === "viewer" && branch.role === "editor";
    if (isLonger || isMore) {
      await changeTerms(tx, branch, { ...(isMore && { role }), ...(isLonger && { expiresAt }) });
    }
  }
}

/** Changes the terms of a share, in the caller's transaction; its receiver's side is told. */
export async function changeTerms(tx: Tx, { siteId, id }: Pick<SentShare, "siteId" | "id">, data: Terms) {
  await tellChanged(tx, await tx.sentShare.update({ where: { siteId_id: { siteId, id } }, data }));
}

const findBranch = (tx: Tx, { siteId, id }: SentShare, shareWith: string) =>
  tx.sentShare.findFirst({
    where: { siteId, reshareOfId: id, ...called(shareWith), revokedAt: null, answer: { not: "declined" } },
  });

/** As the receiver of the share calls the person of a branch, or as he is called here. */
const called = (shareWith: string) => ({ OR: [{ resharedTo: shareWith }, { shareWith }] });

async function audit(tx: Tx, parent: Parent, action: string, { id, shareWith }: Pick<SentShare, "id" | "shareWith">) {
  const { siteId, recipientId, provider, proof } = parent;
  const actor = recipientId ? `user:${recipientId}` : `provider:${provider}`;
  await recordAudit(tx, siteId, { actor, action, subject: `sent-share:${id}`, detail: { shareWith, ...proof } });
}
