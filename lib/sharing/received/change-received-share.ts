import { recordHeard } from "@/lib/audit/record";
import type { Tx } from "@/lib/core/db";
import { placeMount } from "@/lib/files/mounts";
import { groupChanged } from "@/lib/identity/change-groups";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import { makeDue } from "@/lib/sharing/received/known/make-due";
import { aboutReceived, type HeardKey, scheduleExpiry } from "@/lib/sharing/received/offer";
import type { ReceivedShare } from "@/prisma/generated/client";

type Terms = Pick<ReceivedShare, "role" | "expiresAt" | "canReshare"> & { note?: string | null };

/**
 * What the sender now grants and until when. Changes only what is open, and tells the receiver only of a change of what
 * he has accepted: of an offer that waits he is told already, and by a stranger perhaps. Of a share with a group the
 * first row changes, whosever it is, and a job lets the others follow.
 */
export async function changeReceivedShare(
  tx: Tx,
  { siteId, provider, providerId, proof }: HeardKey,
  { role, expiresAt, note = null, canReshare }: Terms,
): Promise<void> {
  const shares = await tx.$queryRaw<ReceivedShare[]>`
    UPDATE "ReceivedShare" SET role = ${role}::"ShareRole", "expiresAt" = ${expiresAt}::timestamptz,
           note = coalesce(${note}::text, note), "canReshare" = ${canReshare}
     WHERE "siteId" = ${siteId}::uuid AND id = (
             SELECT id FROM "ReceivedShare"
              WHERE "siteId" = ${siteId}::uuid AND provider = ${provider} AND "providerId" = ${providerId}
                AND (state IN ('pending', 'accepted') OR "groupId" IS NOT NULL AND state <> 'revoked')
              ORDER BY id LIMIT 1)
       AND (role, "expiresAt", note, "canReshare") IS DISTINCT FROM
           (${role}::"ShareRole", ${expiresAt}::timestamptz, coalesce(${note}::text, note), ${canReshare})
    RETURNING *`;
  for (const share of shares) {
    await followChange(tx, share);
    const detail = { role, canReshare, expiresAt: expiresAt?.toISOString() ?? null };
    const fact = { action: "received-share-changed", subject: `received-share:${share.id}`, detail };
    if (proof) await recordHeard(tx, siteId, { provider, proof }, fact);
    if (share.groupId) await groupChanged(tx, { siteId, groupId: share.groupId });
  }
}

/** What follows when the terms of a row have changed. */
export async function followChange(tx: Tx, share: ReceivedShare): Promise<void> {
  const { siteId, receiverId: userId, id: receivedShareId, name, expiresAt } = share;
  await scheduleExpiry(tx, share);
  if (share.state === "pending") return touchTopic(tx, siteId, [userId], "shares-received");
  if (share.state !== "accepted") return;
  await makeDue(tx, { siteId, id: receivedShareId });
  // One that had expired stands nowhere; with a later expiry it comes back.
  const isBack = !expiresAt || expiresAt > new Date();
  if (isBack && !(await isMounted(tx, share))) await placeMount(tx, { siteId, userId, receivedShareId, name });
  await notify(tx, siteId, userId, "share-changed", aboutReceived(share), ["shares-received", "files"]);
}

/** Whether the share stands in its receiver's files. */
export async function isMounted(tx: Tx, { siteId, id }: ReceivedShare): Promise<boolean> {
  return (await tx.fileNode.count({ where: { siteId, mountId: id } })) > 0;
}
