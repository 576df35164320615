import type { StatementTx, Tx } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { dropGivenUp } from "@/lib/delivery/outbox";
import { placeMount, removeMount } from "@/lib/files/mounts";
import { enqueue } from "@/lib/jobs/enqueue";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import type { LiveTopic, NoticeAbout } from "@/lib/notices/schema";
import type { ReceivedShare, ShareRole } from "@/prisma/generated/client";

// What the sending side does to a received share: by a message from another cloud, or by a call within this site.

/** How the sending side names a share. `provider` is empty for this site. */
export type SharedKey = { siteId: string; provider: string; providerId: string };

/** What is offered, as the sender tells it. The secret is null within this site. */
export type Offer = SharedKey &
  Pick<
    ReceivedShare,
    "receiverId" | "sender" | "owner" | "shareWith" | "senderName" | "name" | "resourceType" | "role"
  > &
  Pick<
    ReceivedShare,
    "contactId" | "isVerified" | "note" | "expiresAt" | "webdavUri" | "requirements" | "secretEncrypted"
  >;

/**
 * Offers a share to one of our people, and returns its id.
 *
 * @throws SHARE_OFFERED_BEFORE (409), and then nothing of the transaction may stay
 */
export async function offerToReceiver(tx: StatementTx, offer: Offer): Promise<string> {
  const share = { id: newId(), ...offer };
  const [isNew] = await Promise.all([
    insertShare(tx, share),
    notify(tx, share.siteId, share.receiverId, "share-offered", aboutReceived(share), ["shares-received"]),
    scheduleExpiry(tx, share),
  ]);
  if (!isNew) throw conflict("SHARE_OFFERED_BEFORE", "This share was offered before.");
  return share.id;
}

/** In SQL because every incoming share pays for it: Prisma's own way costs several times as much. */
async function insertShare(tx: StatementTx, share: Offer & { id: string }): Promise<boolean> {
  const count = await tx.$executeRaw`
    INSERT INTO "ReceivedShare" ("siteId", id, "receiverId", "contactId", provider, "providerId", sender, owner,
      "shareWith", "senderName", name, "resourceType", role, note, "expiresAt", "webdavUri", requirements,
      "secretEncrypted", "isVerified")
    VALUES (${share.siteId}::uuid, ${share.id}::uuid, ${share.receiverId}::uuid, ${share.contactId}::uuid, ${share.provider},
      ${share.providerId}, ${share.sender}, ${share.owner}, ${share.shareWith}, ${share.senderName}, ${share.name},
      ${share.resourceType}, ${share.role}::"ShareRole", ${share.note}, ${share.expiresAt}::timestamptz,
      ${share.webdavUri}, ${share.requirements}::text[], ${share.secretEncrypted}, ${share.isVerified})
    ON CONFLICT ("siteId", provider, "providerId") DO NOTHING`;
  return count === 1;
}

/**
 * What the sender now grants and until when, and within this site the note. Changes only what is open, and tells the receiver only of a change of what
 * he has accepted: of an offer that waits he is told already, and by a stranger perhaps.
 */
export async function changeReceivedShare(
  tx: Tx,
  { siteId, provider, providerId }: SharedKey,
  { role, expiresAt, note = null }: { role: ShareRole; expiresAt: Date | null; note?: string | null },
): Promise<void> {
  const [share] = await tx.$queryRaw<ReceivedShare[]>`
    UPDATE "ReceivedShare" SET role = ${role}::"ShareRole", "expiresAt" = ${expiresAt}::timestamptz,
           note = coalesce(${note}::text, note)
     WHERE "siteId" = ${siteId}::uuid AND provider = ${provider} AND "providerId" = ${providerId}
       AND state IN ('pending', 'accepted')
       AND (role, "expiresAt", note) IS DISTINCT FROM
           (${role}::"ShareRole", ${expiresAt}::timestamptz, coalesce(${note}::text, note))
    RETURNING *`;
  if (!share) return;
  await scheduleExpiry(tx, share);
  const { receiverId: userId, id: receivedShareId, name } = share;
  // One that had expired stands nowhere; with a later expiry it comes back.
  const isBack = share.state === "accepted" && (!expiresAt || expiresAt > new Date());
  if (isBack && !(await isMounted(tx, share))) await placeMount(tx, { siteId, userId, receivedShareId, name });
  if (share.state === "pending") return touchTopic(tx, siteId, [userId], "shares-received");
  await notify(tx, siteId, userId, "share-changed", aboutReceived(share), ["shares-received", "files"]);
}

/** The sender took it back: it opens nothing any more and stands nowhere. Ending it again changes nothing. */
export async function endReceivedShare(tx: Tx, key: SharedKey): Promise<void> {
  const [share] = await tx.receivedShare.updateManyAndReturn({
    where: { ...key, state: { in: ["pending", "accepted"] } },
    data: { state: "revoked", ...noSecrets },
  });
  if (!share) return;
  const { siteId, receiverId } = share;
  await removeMount(tx, siteId, share.id);
  // Whatever answer the sender has not heard: it does not wait for one any more.
  await dropGivenUp(tx, { siteId, subjectKind: "received-share", subjectId: share.id });
  const stale: LiveTopic[] = ["shares-received", "files"];
  const isNews = !share.expiresAt || share.expiresAt > new Date();
  if (isNews) await notify(tx, siteId, receiverId, "share-revoked", aboutReceived(share), stale);
  else for (const topic of stale) await touchTopic(tx, siteId, [receiverId], topic);
}

/** What an ended received share no longer holds. */
export const noSecrets = { secretEncrypted: null, accessTokenEncrypted: null, accessTokenExpiresAt: null };

/**
 * What a share that its receiver ended no longer holds at once. An older cloud believes that answer by the secret
 * alone: of its shares that goes when the answer was heard (`forgetSecret`).
 */
export const endedHere = ({ webdavUri }: Pick<ReceivedShare, "webdavUri">) =>
  webdavUri === "" ? { accessTokenEncrypted: null, accessTokenExpiresAt: null } : noSecrets;

/** To be called when nothing more is told of a share that its receiver has ended. */
export async function forgetSecret(tx: Tx, { siteId, id }: Pick<ReceivedShare, "siteId" | "id">): Promise<void> {
  await tx.receivedShare.updateMany({ where: { siteId, id, state: { in: ["declined", "left"] } }, data: noSecrets });
}

/** Whether the share stands in its receiver's files. */
export async function isMounted(tx: Tx, { siteId, id }: ReceivedShare): Promise<boolean> {
  return (await tx.fileNode.count({ where: { siteId, mountId: id } })) > 0;
}

/** What a notice says of a received share. */
export function aboutReceived(
  share: Pick<ReceivedShare, "id" | "name" | "senderName" | "provider">,
): NoticeAbout<"share-offered"> {
  return { shareId: share.id, resource: share.name, name: share.senderName, provider: share.provider };
}

/** Plans that the share leaves its receiver's files when its time is over; replaces what was planned before. */
async function scheduleExpiry(
  tx: StatementTx,
  { siteId, id, expiresAt }: Pick<ReceivedShare, "siteId" | "id" | "expiresAt">,
): Promise<void> {
  if (!expiresAt) return; // a job planned earlier finds nothing to do
  await enqueue(tx, "expire-received-share", { siteId, id }, { runAt: expiresAt, key: `expire-received-share:${id}` });
}
