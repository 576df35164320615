import type { Tx } from "@/lib/core/db";
import { groupChanged } from "@/lib/identity/change-groups";
import { formatOcmAddress } from "@/lib/protocol/ocm/address";
import { MUST_USE_MFA } from "@/lib/protocol/ocm/wire";
import { offerToReceiver } from "@/lib/sharing/received/offer";
import { getSite } from "@/lib/sites/sites";
import type { SentShare } from "@/prisma/generated/client";

/**
 * Offers a share to its Receiving Party on this site, in the transaction that makes it: to a person at once, to the
 * members of a group by a job.
 */
export async function offerWithinSite(tx: Tx, share: SentShare): Promise<void> {
  const { siteId, groupId, recipientId } = share;
  if (recipientId) await offerToPerson(tx, share, recipientId);
  else if (groupId) await groupChanged(tx, { siteId, groupId });
}

/**
 * Offers a share to somebody of this site, who is its recipient or a member of its group.
 *
 * @throws SHARE_OFFERED_BEFORE (409), and then nothing of the transaction may stay
 */
export async function offerToPerson(tx: Tx, share: SentShare, receiverId: string): Promise<void> {
  const { siteId, senderId, groupId } = share;
  const { provider } = await getSite(siteId);
  const sender = await tx.user.findUniqueOrThrow({ where: { siteId_id: { siteId, id: senderId } } });
  const node = await tx.fileNode.findFirst({ where: { siteId, id: share.nodeId ?? undefined } });
  if (!node || !share.nodeId) return; // gone meanwhile, and the share will be
  const address = formatOcmAddress({ identifier: sender.identifier, provider });
  await offerToReceiver(tx, {
    siteId,
    receiverId,
    groupId,
    provider: "",
    proof: null,
    isVerified: true,
    providerId: share.id,
    sender: address,
    owner: address,
    shareWith: share.shareWith,
    senderName: sender.displayName,
    name: node.name,
    resourceType: node.kind,
    role: share.role,
    canReshare: share.canReshare,
    note: share.note,
    expiresAt: share.expiresAt,
    contactId: null,
    webdavUri: "",
    requirements: share.needsSecondFactor ? [MUST_USE_MFA] : [],
    secretEncrypted: null,
  });
}
