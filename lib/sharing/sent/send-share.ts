import { recordAudit } from "@/lib/audit/record";
import { db, onDuplicate, type Tx } from "@/lib/core/db";
import { futureExpiry } from "@/lib/core/expiry";
import { logger } from "@/lib/core/logger";
import type { UserPrincipal } from "@/lib/core/principal";
import { encryptSecret, hashSecret, newSecret } from "@/lib/core/secrets";
import { wantDelivered } from "@/lib/delivery/outbox";
import { getNode, type OwnNode } from "@/lib/files/nodes";
import { formatOcmAddress } from "@/lib/protocol/ocm/address";
import { MUST_USE_MFA } from "@/lib/protocol/ocm/wire";
import { offerToReceiver } from "@/lib/sharing/received/offer";
import type { SendShareInput, SentShareView } from "@/lib/sharing/schema";
import { asksSecondFactor, secondFactorUnsupported } from "@/lib/sharing/sent/asks-second-factor";
import { endSentShares } from "@/lib/sharing/sent/end-sent-shares";
import { type FoundRecipient, findRecipient } from "@/lib/sharing/sent/recipient";
import { getSentShare } from "@/lib/sharing/sent/sent-shares";
import { SHARE_SECRET_KIND } from "@/lib/sharing/sent/share-access";
import { reshareUnsupported } from "@/lib/sharing/sent/shareable";
import { getSite, type Site } from "@/lib/sites/sites";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import type { SentShare } from "@/prisma/generated/client";

/**
 * Creates a Share. For somebody on another cloud its Share Creation Notification is queued in the same transaction:
 * the Share exists when this returns, the Receiving Server may hear of it later. For somebody on this site it is
 * offered in the same transaction, and no secret is made.
 *
 * @throws NODE_NOT_FOUND, RESHARE_UNSUPPORTED, RECIPIENT_NOT_FOUND, SHARE_WITH_SELF,
 *   OCM_ADDRESS_INVALID, PROVIDER_NOT_TRUSTED, EXPIRY_PAST, SECOND_FACTOR_UNSUPPORTED, SHARE_ALREADY_SENT
 * @see OCM, "Share Creation Notification"
 */
export async function sendShare(sender: UserPrincipal, input: SendShareInput): Promise<SentShareView> {
  const { siteId } = sender;
  const site = await getSite(siteId);
  const expiresAt = futureExpiry(input.expiresAt);
  const node = await requireShareable(sender, input.nodeId);
  const recipient = await findRecipient(site, sender, input.recipient);
  if (recipient.provider) await requireAllowedProvider(siteId, recipient.provider); // discovery belongs to delivery

  const { role, note, needsSecondFactor = false } = input;
  if (needsSecondFactor && (await asksSecondFactor(site, recipient.provider)) === false) {
    throw secondFactorUnsupported(recipient.provider);
  }

  const share = await db().$transaction(async (tx) => {
    await endFinishedShare(tx, sender, node.id, recipient.shareWith);
    const created = await tx.sentShare
      .create({
        data: {
          siteId,
          senderId: sender.userId,
          nodeId: node.id,
          ...recipient,
          role,
          note,
          needsSecondFactor,
          expiresAt,
          ...secretFor(recipient),
        },
      })
      .catch(onDuplicate("SHARE_ALREADY_SENT", `It is already shared with ${recipient.recipientName}.`));

    if (recipient.recipientId) await offerWithinSite(tx, site, sender, created, node);
    else
      await wantDelivered(tx, {
        siteId,
        provider: recipient.provider,
        subjectKind: "sent-share",
        subjectId: created.id,
      });
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

/** A share that was declined, has expired or could never be delivered does not stand in the way of another. */
async function endFinishedShare(
  tx: Tx,
  { siteId, userId }: UserPrincipal,
  nodeId: string,
  shareWith: string,
): Promise<void> {
  const live = { siteId, senderId: userId, nodeId, shareWith, revokedAt: null };
  const standing = await tx.sentShare.findFirst({ where: live, select: { id: true } });
  if (!standing) return;
  const { id } = standing;
  const gaveUp = { siteId, subjectKind: "sent-share", subjectId: id, gaveUpAt: { not: null } };
  const hasGivenUp = (await tx.delivery.count({ where: gaveUp })) > 0;
  const isUndelivered = { answer: "pending", toldRole: null } as const;
  const isOver = [{ answer: "declined" as const }, { expiresAt: { lte: new Date() } }];
  await endSentShares(tx, siteId, { id, OR: hasGivenUp ? [...isOver, isUndelivered] : isOver });
}

function secretFor({ recipientId }: FoundRecipient) {
  if (recipientId) return {};
  const secret = newSecret(SHARE_SECRET_KIND);
  return { secretHash: hashSecret("share-secret", secret), secretEncrypted: encryptSecret("share-secret", secret) };
}

async function offerWithinSite(tx: Tx, site: Site, sender: UserPrincipal, share: SentShare, node: OwnNode) {
  const key = { siteId: share.siteId, id: sender.userId };
  const { identifier } = await tx.user.findUniqueOrThrow({ where: { siteId_id: key } });
  const address = formatOcmAddress({ identifier, provider: site.provider });
  await offerToReceiver(tx, {
    siteId: share.siteId,
    receiverId: share.recipientId ?? "",
    provider: "",
    isVerified: true,
    providerId: share.id,
    sender: address,
    owner: address,
    shareWith: share.shareWith,
    senderName: sender.displayName,
    name: node.name,
    resourceType: node.kind,
    role: share.role,
    note: share.note,
    expiresAt: share.expiresAt,
    contactId: null,
    webdavUri: "",
    requirements: share.needsSecondFactor ? [MUST_USE_MFA] : [],
    secretEncrypted: null,
  });
}
