import type { Tx } from "@/lib/core/db";
import { parseOcmAddress } from "@/lib/protocol/ocm/address";
import { findInGroup, STANDS, type Which } from "@/lib/sharing/internal/find-in-group";
import { eachBatch } from "@/lib/sharing/internal/in-batches";
import { offerToReceiver } from "@/lib/sharing/received/offer";
import { offerToPerson } from "@/lib/sharing/sent/offer-within-site";
import type { ReceivedShare } from "@/prisma/generated/client";

type Missing = { shareId: string; userId: string };

const HAS_NO_ROW = `NOT EXISTS (SELECT FROM "ReceivedShare" had WHERE had."siteId" = $1 AND had."groupId" = $2
     AND had.provider = share.provider AND had."providerId" = share.name AND had."receiverId" = member."userId")`;
const MISSING_HERE = `
  SELECT share.id AS "shareId", member."userId"
    FROM (SELECT id, provider, id::text AS name, "senderId" FROM "SentShare"
           WHERE "siteId" = $1 AND "groupId" = $2 AND ${STANDS}) share
    JOIN "GroupMember" member ON member."siteId" = $1 AND member."groupId" = $2 AND member."userId" <> share."senderId"
   WHERE ${HAS_NO_ROW} ORDER BY share.id`;

/** What people of this site share with the group, to each member who has not been offered it; not to its sender. */
export async function offerFromHere(which: Which): Promise<void> {
  const { siteId } = which;
  await eachBatch(await findInGroup<Missing>(MISSING_HERE, which), async (tx, missing) => {
    const id = { in: missing.map(({ shareId }) => shareId) };
    const shares = await tx.sentShare.findMany({ where: { siteId, id, revokedAt: null } });
    for (const { shareId, userId } of missing) {
      const share = shares.find((one) => one.id === shareId);
      if (share) await offerToPerson(tx, share, userId);
    }
  });
}

const MISSING_ELSEWHERE = `
  SELECT share.id AS "shareId", member."userId"
    FROM (SELECT DISTINCT ON (provider, "providerId") id, provider, "providerId" AS name FROM "ReceivedShare"
           WHERE "siteId" = $1 AND "groupId" = $2 AND provider <> '' AND state <> 'revoked'
             AND "secretEncrypted" IS NOT NULL
           ORDER BY provider, "providerId", id) share
    JOIN "GroupMember" member ON member."siteId" = $1 AND member."groupId" = $2
   WHERE ${HAS_NO_ROW} ORDER BY share.id`;

/** What came from another cloud: the row of one member says what it is, and each other member gets one like it. */
export async function offerFromElsewhere(which: Which): Promise<void> {
  const { siteId } = which;
  await eachBatch(await findInGroup<Missing>(MISSING_ELSEWHERE, which), async (tx, missing) => {
    const id = { in: missing.map(({ shareId }) => shareId) };
    const offers = await tx.receivedShare.findMany({ where: { siteId, id, secretEncrypted: { not: null } } });
    for (const { shareId, userId } of missing) {
      const offer = offers.find((one) => one.id === shareId);
      const standing = offer && (await standingWith(tx, offer, userId));
      if (standing) await offerToReceiver(tx, { ...likeOffer(offer), ...standing, receiverId: userId, proof: null });
    }
  });
}

type From = Pick<ReceivedShare, "siteId" | "provider" | "isVerified" | "sender" | "senderName">;

/**
 * For a member who knows the sender it is a contact's offer, for the others a request of somebody unknown; null for one
 * who has blocked him.
 */
export async function standingWith(tx: Tx, { siteId, provider, isVerified, sender, senderName }: From, userId: string) {
  const { identifier } = parseOcmAddress(sender);
  const contact = isVerified
    ? await tx.contact.findFirst({ where: { siteId, userId, provider, identifier, removedAt: null } })
    : null;
  const isBlocked = { siteId, userId, provider, identifier: { in: contact ? [identifier] : [identifier, ""] } };
  if (await tx.blockedSender.count({ where: isBlocked })) return null;
  return {
    contactId: contact?.id ?? null,
    senderName: contact?.displayName ?? senderName,
    isWelcome: contact?.acceptsShares ?? false,
  };
}

function likeOffer(offer: ReceivedShare) {
  const { siteId, provider, isVerified, groupId, providerId, sender, owner, shareWith, name, resourceType } = offer;
  const { role, note, expiresAt, webdavUri, requirements, secretEncrypted, canReshare } = offer;
  return {
    ...{ siteId, provider, isVerified, groupId, providerId, sender, owner, shareWith, name, resourceType },
    ...{ role, note, expiresAt, webdavUri, requirements, secretEncrypted, canReshare },
  };
}
