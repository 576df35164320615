import { recordHeard } from "@/lib/audit/record";
import type { Tx } from "@/lib/core/db";
import { dropGivenUp } from "@/lib/delivery/outbox";
import { removeMount } from "@/lib/files/mounts";
import { groupChanged } from "@/lib/identity/change-groups";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import type { LiveTopic } from "@/lib/notices/schema";
import { aboutReceived, type HeardKey } from "@/lib/sharing/received/offer";
import type { Prisma, ReceivedShare, ReceivedState } from "@/prisma/generated/client";

const OPEN: ReceivedState[] = ["pending", "accepted"];

/**
 * The sender took it back: it opens nothing any more and stands nowhere. Of a share with a group the secrets go at once,
 * and the rows follow by a job. Ending it again changes nothing.
 */
export async function endReceivedShare(tx: Tx, { siteId, provider, providerId, proof }: HeardKey): Promise<void> {
  const key = { siteId, provider, providerId };
  const open = { ...key, state: { in: OPEN } };
  const share = proof ? await tx.receivedShare.findFirst({ where: open, select: { id: true } }) : null;
  const fact = { action: "received-share-revoked", subject: `received-share:${share?.id}` };
  if (proof && share) await recordHeard(tx, siteId, { provider, proof }, fact);
  const member = await tx.receivedShare.findFirst({ where: { ...key, groupId: { not: null } } });
  if (!member?.groupId) return endReceivedRows(tx, key);
  await tx.receivedShare.updateMany({ where: key, data: noSecrets });
  await groupChanged(tx, { siteId, groupId: member.groupId });
}

/** Ends the open ones of these rows because their sender took them back. */
export async function endReceivedRows(tx: Tx, which: Prisma.ReceivedShareWhereInput & { siteId: string }) {
  const shares = await tx.receivedShare.updateManyAndReturn({
    where: { ...which, state: { in: OPEN } },
    data: { state: "revoked", ...noSecrets },
    include: { contact: { select: { removedAt: true } } },
  });
  for (const share of shares) await followEnd(tx, share, { isParting: Boolean(share.contact?.removedAt) });
}

/** Of the end of a relationship its receiver is told at once, not of every share that ends with it. */
async function followEnd(tx: Tx, share: ReceivedShare, { isParting }: { isParting: boolean }): Promise<void> {
  const { siteId, receiverId } = share;
  await removeMount(tx, siteId, share.id);
  // Whatever answer the sender has not heard: it does not wait for one any more.
  await dropGivenUp(tx, { siteId, subjectKind: "received-share", subjectId: share.id });
  const stale: LiveTopic[] = ["shares-received", "files"];
  const isNews = !isParting && (!share.expiresAt || share.expiresAt > new Date());
  if (isNews) await notify(tx, siteId, receiverId, "share-revoked", aboutReceived(share), stale);
  else for (const topic of stale) await touchTopic(tx, siteId, [receiverId], topic);
}

/** What an ended received share no longer holds. */
export const noSecrets = { secretEncrypted: null, accessTokenEncrypted: null, accessTokenExpiresAt: null };

/**
 * What a share that its receiver ended no longer holds at once. Every Nextcloud believes that answer by the secret alone,
 * so that goes when the answer was heard (`forgetSecret`).
 */
export const endedHere = { accessTokenEncrypted: null, accessTokenExpiresAt: null };

/** To be called when nothing more is told of a share that its receiver has ended. */
export async function forgetSecret(tx: Tx, { siteId, id }: Pick<ReceivedShare, "siteId" | "id">): Promise<void> {
  const isNobodys = [{ groupId: null }, { group: { deletedAt: { not: null } } }];
  const where = { siteId, id, state: { in: ["declined" as const, "left" as const] }, OR: isNobodys };
  await tx.receivedShare.updateMany({ where, data: noSecrets });
}
