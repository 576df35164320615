import { z } from "zod";
import { db, type Tx } from "@/lib/core/db";
import { isAppError } from "@/lib/core/errors";
import { callProvider } from "@/lib/delivery/call-provider";
import { enqueue } from "@/lib/jobs/enqueue";
import type { OcmNotification } from "@/lib/protocol/ocm/wire";
import { makeDue } from "@/lib/sharing/received/known/make-due";
import { refreshFolder } from "@/lib/sharing/received/known/refresh";
import { MAY_BE_READ_UNATTENDED } from "@/lib/sharing/received/known/unattended";
import { wantCopies } from "@/lib/sharing/received/offline/pins";
import { getSite } from "@/lib/sites/sites";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { SHARE_CHANGES } from "@/lib/trust/site-discovery";
import type { ReceivedShare } from "@/prisma/generated/client";

const WATCH_MS = 900_000;
/** Asked for again before it ends, and no more often than this leaves. */
const RENEW_MS = 300_000;
/** Folders of a share that are read again at once, those that somebody had on the screen within so long. */
const OPEN = { most: 10, withinMs: 120_000 };

/**
 * Asks the cloud of a share that somebody has open to tell when something in it changes, if that cloud can. What it does
 * not tell is found by looking.
 */
export async function watchShare(share: ReceivedShare): Promise<void> {
  const { siteId, id, provider, providerId } = share;
  const isWatched = share.watchedUntil && share.watchedUntil.getTime() > Date.now() + RENEW_MS;
  if (isWatched || share.failure !== null) return;
  const { capabilities } = await discoverProvider(siteId, provider);
  if (!capabilities.includes(SHARE_CHANGES)) return;
  const ends = { lt: new Date(Date.now() + RENEW_MS) };
  const { count } = await db().receivedShare.updateMany({
    where: { siteId, id, state: "accepted", OR: [{ watchedUntil: null }, { watchedUntil: ends }] },
    data: { watchedUntil: new Date(Date.now() + WATCH_MS) },
  });
  if (count === 0) return;
  const notification = { seconds: WATCH_MS / 1000 };
  const json = { notificationType: "SHARE_WATCH", resourceType: "folder", providerId, notification };
  await callProvider(await getSite(siteId), provider, { to: "/notifications", json }).catch((error) => {
    if (!isAppError(error)) throw error;
  });
}

/** What comes with SHARE_CONTENT_CHANGED: all shares that are meant. */
const Contents = z.object({ providerIds: z.array(z.string().max(255)).min(1).max(200) });

/** Something in shares of that cloud has changed; false if none of them is known. */
export async function hearContents(
  tx: Tx,
  { siteId, provider }: { siteId: string; provider: string },
  { providerId, notification }: OcmNotification,
): Promise<boolean> {
  const told = Contents.safeParse(notification);
  const providerIds = told.success ? told.data.providerIds : [providerId];
  const where = { siteId, provider, providerId: { in: providerIds }, state: "accepted" as const };
  const shares = await tx.receivedShare.findMany({ where, select: { id: true } });
  for (const { id } of shares) {
    await enqueue(tx, "refresh-open-folders", { siteId, id }, { key: `refresh-open-folders ${id}` });
  }
  const mountId = { in: shares.map(({ id }) => id) };
  if ((await tx.offlinePin.count({ where: { siteId, node: { mountId } } })) > 0) {
    await wantCopies(tx, { siteId, provider });
  }
  return shares.length > 0;
}

/**
 * The job after that: what somebody has open is read again at once, all else when it is opened, and so is what opens with
 * a second factor only.
 */
export async function refreshOpenFolders({ siteId, id }: { siteId: string; id: string }): Promise<void> {
  const [share] = await db().$queryRaw<ReceivedShare[]>`
    SELECT share.* FROM "ReceivedShare" share
     WHERE share."siteId" = ${siteId}::uuid AND share.id = ${id}::uuid AND ${MAY_BE_READ_UNATTENDED}`;
  if (!share) return;
  await makeDue(db(), share);
  const since = new Date(Date.now() - OPEN.withinMs);
  const open = await db().knownFolder.findMany({
    where: { siteId, node: { mountId: id }, isCurrent: true, usedAt: { gt: since } },
    orderBy: { usedAt: "desc" },
    take: OPEN.most,
  });
  for (const { path, id: folderId } of open) {
    await refreshFolder(share, path.split("/").slice(1), folderId, { isOpened: false });
  }
}
