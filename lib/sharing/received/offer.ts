import type { Tx } from "@/lib/core/db";
import { placeMount, removeMount } from "@/lib/files/mounts";
import { enqueue } from "@/lib/jobs/enqueue";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import type { NoticeAbout } from "@/lib/notices/schema";
import type { Prisma, ReceivedShare, ShareRole } from "@/prisma/generated/client";

// What the sending side does to a received share: by a message from another cloud, or by a call within this site.

/** How the sending side names a share. `provider` is empty for this site. */
export type SharedKey = { siteId: string; provider: string; providerId: string };

/** Offers a share to one of our people; null if that share was offered before. */
export async function offerToReceiver(
  tx: Tx,
  offer: Omit<Prisma.ReceivedShareCreateManyInput, "id">,
): Promise<ReceivedShare | null> {
  const [share] = await tx.receivedShare.createManyAndReturn({
    data: [offer],
    skipDuplicates: true,
  });
  if (!share) return null;
  await notify(tx, share.siteId, share.receiverId, "share-offered", aboutReceived(share));
  await touchTopic(tx, share.siteId, [share.receiverId], "shares-received");
  await scheduleExpiry(tx, share);
  return share;
}

/** What the sender now grants and until when. Changes only what is open, and tells the receiver only of a change. */
export async function changeReceivedShare(
  tx: Tx,
  { siteId, provider, providerId }: SharedKey,
  { role, expiresAt }: { role: ShareRole; expiresAt: Date | null },
): Promise<void> {
  const [share] = await tx.$queryRaw<ReceivedShare[]>`
    UPDATE "ReceivedShare" SET role = ${role}::"ShareRole", "expiresAt" = ${expiresAt}::timestamptz
     WHERE "siteId" = ${siteId}::uuid AND provider = ${provider} AND "providerId" = ${providerId}
       AND state IN ('pending', 'accepted')
       AND (role, "expiresAt") IS DISTINCT FROM (${role}::"ShareRole", ${expiresAt}::timestamptz)
    RETURNING *`;
  if (!share) return;
  await scheduleExpiry(tx, share);
  const { receiverId: userId, id: receivedShareId, name } = share;
  // One that had expired stands nowhere; with a later expiry it comes back.
  const isBack = share.state === "accepted" && (!expiresAt || expiresAt > new Date());
  if (isBack && !(await isMounted(tx, share))) await placeMount(tx, { siteId, userId, receivedShareId, name });
  await notify(tx, siteId, userId, "share-changed", aboutReceived(share));
  await touchTopic(tx, siteId, [userId], "shares-received");
  await touchTopic(tx, siteId, [userId], "files");
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
  if (!share.expiresAt || share.expiresAt > new Date()) {
    await notify(tx, siteId, receiverId, "share-revoked", aboutReceived(share));
  }
  await touchTopic(tx, siteId, [receiverId], "shares-received");
  await touchTopic(tx, siteId, [receiverId], "files");
}

/** What an ended received share no longer holds. */
export const noSecrets = { secretEncrypted: null, accessTokenEncrypted: null, accessTokenExpiresAt: null };

/** Whether the share stands in its receiver's files. */
export async function isMounted(tx: Tx, { siteId, id }: ReceivedShare): Promise<boolean> {
  return (await tx.fileNode.count({ where: { siteId, mountId: id } })) > 0;
}

/** What a notice says of a received share. */
export function aboutReceived(share: ReceivedShare): NoticeAbout<"share-offered"> {
  return { shareId: share.id, resource: share.name, name: share.senderName, provider: share.provider };
}

/** Plans that the share leaves its receiver's files when its time is over; replaces what was planned before. */
async function scheduleExpiry(tx: Tx, { siteId, id, expiresAt }: ReceivedShare): Promise<void> {
  if (!expiresAt) return; // a job planned earlier finds nothing to do
  await enqueue(tx, "expire-received-share", { siteId, id }, { runAt: expiresAt, key: `expire-received-share:${id}` });
}
