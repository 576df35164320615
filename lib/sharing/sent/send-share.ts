import { recordAudit } from "@/lib/audit/record";
import { db } from "@/lib/core/db";
import { futureExpiry } from "@/lib/core/expiry";
import { logger } from "@/lib/core/logger";
import type { UserPrincipal } from "@/lib/core/principal";
import { getNode, type OwnNode } from "@/lib/files/nodes";
import { outsideRights, requireMayShare } from "@/lib/identity/outside";
import type { SendShareInput, SentShareView } from "@/lib/sharing/schema";
import { asksSecondFactor, secondFactorUnsupported } from "@/lib/sharing/sent/asks-second-factor";
import { makeShare } from "@/lib/sharing/sent/make-share";
import { findRecipient } from "@/lib/sharing/sent/recipient";
import { requireAllowedShare } from "@/lib/sharing/sent/require-allowed-share";
import { getSentShare } from "@/lib/sharing/sent/sent-shares";
import { reshareUnsupported } from "@/lib/sharing/sent/shareable";
import { getSite } from "@/lib/sites/sites";

/**
 * Creates a Share. For somebody on another cloud its Share Creation Notification is queued in the same transaction:
 * the Share exists when this returns, the Receiving Server may hear of it later. For somebody on this site it is
 * offered in the same transaction, to the members of a group of this site by a job, and no secret is made.
 *
 * @throws NODE_NOT_FOUND, RESHARE_UNSUPPORTED, RECIPIENT_NOT_FOUND, SHARE_WITH_SELF,
 *   OCM_ADDRESS_INVALID, EXPIRY_PAST, SECOND_FACTOR_UNSUPPORTED; what `requireAllowedShare` and `makeShare` throw
 * @see OCM, "Share Creation Notification"
 */
export async function sendShare(sender: UserPrincipal, input: SendShareInput): Promise<SentShareView> {
  const { siteId } = sender;
  const site = await getSite(siteId);
  const expiresAt = futureExpiry(input.expiresAt);
  const node = await requireShareable(sender, input.nodeId);
  const recipient = await findRecipient(site, sender, input.recipient);
  if (recipient.provider) requireMayShare(await outsideRights(sender), { contactId: recipient.contactId, expiresAt });
  const isBoundToSecondFactor = await requireAllowedShare(siteId, node.kind, recipient);

  const { role, note } = input;
  const needsSecondFactor = isBoundToSecondFactor || input.needsSecondFactor === true;
  if (needsSecondFactor && (await asksSecondFactor(site, recipient.provider)) === false) {
    throw secondFactorUnsupported(recipient.provider, { isBound: isBoundToSecondFactor });
  }

  const share = await db().$transaction(async (tx) => {
    const canReshare = (input.canReshare ?? false) && !recipient.isToGroup;
    const terms = { role, note, needsSecondFactor, canReshare, expiresAt, reshareOfId: null };
    const created = await makeShare(tx, { siteId, senderId: sender.userId, nodeId: node.id, recipient, ...terms });
    await recordAudit(tx, siteId, {
      actor: `user:${sender.userId}`,
      action: "share-sent",
      subject: `sent-share:${created.id}`,
      detail: { nodeId: node.id, shareWith: recipient.shareWith, role, needsSecondFactor },
    });
    return created;
  });

  logger("sharing").info({ shareId: share.id, provider: recipient.provider }, "share sent");
  return getSentShare(sender, share.id);
}

async function requireShareable(sender: UserPrincipal, nodeId: string): Promise<OwnNode> {
  const node = await getNode(sender, nodeId);
  if (node.kind !== "mount") return node;
  throw reshareUnsupported();
}
