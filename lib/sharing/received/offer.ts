import { recordHeard } from "@/lib/audit/record";
import { onDuplicate, type StatementTx } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { Proof } from "@/lib/core/proof";
import { enqueue } from "@/lib/jobs/enqueue";
import { announce } from "@/lib/notices/announce";
import { notify } from "@/lib/notices/notices";
import type { LiveTopic, NoticeAbout } from "@/lib/notices/schema";
import type { ReceivedShare } from "@/prisma/generated/client";

// What the sending side does to a received share, by a message from another cloud or by a call within this site: it
// offers it (here), changes it (change-received-share.ts), and ends it (end-received-share.ts).

/** How the sending side names a share. `provider` is empty for this site. */
export type SharedKey = { siteId: string; provider: string; providerId: string };

/** The same, with how the cloud was believed that speaks of it; null within this site. */
export type HeardKey = SharedKey & { proof: Proof | null };

/** What is offered, as the sender tells it. The secret is null within this site. */
export type Offer = HeardKey &
  Pick<
    ReceivedShare,
    "receiverId" | "sender" | "owner" | "shareWith" | "senderName" | "name" | "resourceType" | "role"
  > &
  Pick<
    ReceivedShare,
    | "contactId"
    | "groupId"
    | "canReshare"
    | "isVerified"
    | "note"
    | "expiresAt"
    | "webdavUri"
    | "requirements"
    | "secretEncrypted"
  > & {
    isInvitation?: boolean;
    /** Whose identifier its sender used, who is somebody else and no contact. */
    viaContactId?: string | null;
    /** Its receiver wants to have it without being asked. */
    isWelcome?: boolean;
  };

/**
 * Offers a share to one of our people, and returns its id. Who wants to have it without being asked is told when it is
 * there, by the job that accepts it. With `isToldLater` open pages hear of it by `tellOfOffer`, after the commit.
 *
 * @throws SHARE_OFFERED_BEFORE (409), and then nothing of the transaction may stay
 */
export async function offerToReceiver(tx: StatementTx, offer: Offer, { isToldLater = false } = {}): Promise<string> {
  const share = { id: newId(), ...offer };
  const { siteId, id, receiverId } = share;
  await Promise.all([
    insertShare(tx, share).catch(onDuplicate("SHARE_OFFERED_BEFORE", "This share was offered before.")),
    offer.isWelcome
      ? enqueue(tx, "accept-unasked", { siteId, id })
      : notify(tx, siteId, receiverId, "share-offered", aboutReceived(share), isToldLater ? null : STALE),
    scheduleExpiry(tx, share),
    recordOffer(tx, share),
  ]);
  return share.id;
}

const STALE: LiveTopic[] = ["shares-received"];

/** Tells the open pages of a receiver that something is offered. */
export const tellOfOffer = ({ siteId, receiverId }: Pick<Offer, "siteId" | "receiverId">) =>
  announce({ siteId, userId: receiverId }, ["notices", ...STALE]);

/** In SQL because every incoming share pays for it: Prisma's own way costs several times as much. */
async function insertShare(tx: StatementTx, share: Offer & { id: string }): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "ReceivedShare" ("siteId", id, "receiverId", "contactId", "viaContactId", provider, "providerId", sender,
      owner, "shareWith", "senderName", name, "resourceType", role, note, "expiresAt", "webdavUri", requirements,
      "secretEncrypted", "isVerified", "groupId", "canReshare", "isInvitation")
    VALUES (${share.siteId}::uuid, ${share.id}::uuid, ${share.receiverId}::uuid, ${share.contactId}::uuid,
      ${share.viaContactId ?? null}::uuid, ${share.provider}, ${share.providerId}, ${share.sender},
      ${share.owner}, ${share.shareWith}, ${share.senderName}, ${share.name}, ${share.resourceType},
      ${share.role}::"ShareRole", ${share.note}, ${share.expiresAt}::timestamptz,
      ${share.webdavUri}, ${share.requirements}::text[], ${share.secretEncrypted}, ${share.isVerified},
      ${share.groupId}::uuid, ${share.canReshare}, ${share.isInvitation ?? false})`;
}

/** Within this site it is written down that the share was sent. */
async function recordOffer(tx: StatementTx, { siteId, id, provider, proof, ...offer }: Offer & { id: string }) {
  if (!proof) return;
  const { providerId, shareWith, role } = offer;
  const fact = { action: "received-share-offered", subject: `received-share:${id}` };
  await recordHeard(tx, siteId, { provider, proof }, { ...fact, detail: { providerId, shareWith, role } });
}

/** What a notice says of a received share. */
export function aboutReceived(
  share: Pick<ReceivedShare, "id" | "name" | "senderName" | "provider">,
): NoticeAbout<"share-offered"> {
  return { shareId: share.id, resource: share.name, name: share.senderName, provider: share.provider };
}

/** Plans that the share leaves its receiver's files when its time is over; replaces what was planned before. */
export async function scheduleExpiry(
  tx: StatementTx,
  { siteId, id, expiresAt }: Pick<ReceivedShare, "siteId" | "id" | "expiresAt">,
): Promise<void> {
  if (!expiresAt) return; // a job planned earlier finds nothing to do
  await enqueue(tx, "expire-received-share", { siteId, id }, { runAt: expiresAt, key: `expire-received-share:${id}` });
}
