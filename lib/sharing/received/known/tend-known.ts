import { setTimeout as sleep } from "node:timers/promises";
import { db } from "@/lib/core/db";
import { isAppError } from "@/lib/core/errors";
import { enqueue } from "@/lib/jobs/enqueue";
import { readOnce, refreshFolder } from "@/lib/sharing/received/known/refresh";
import { MAY_BE_READ_UNATTENDED } from "@/lib/sharing/received/known/unattended";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import type { ReceivedShare } from "@/prisma/generated/client";

type CloudJob = { siteId: string; provider: string };

/** Shares of one cloud that a run of its job looks at; the others come first the next time. */
const MAX_AT_ONCE = 300;
/** So that a cloud of which much is received is not asked all of it in one breath. */
const PAUSE_MS = 50;

/** The hourly job: sees to it that of each cloud what its shares hold is looked at, one after the other. */
export async function refreshRoots(): Promise<void> {
  const clouds = await db().receivedShare.groupBy({
    by: ["siteId", "provider"],
    where: { state: "accepted", provider: { not: "" }, resourceType: "folder" },
  });
  for (const { siteId, provider } of clouds) {
    const cloud: CloudJob = { siteId, provider };
    await enqueue(db(), "refresh-roots-of", cloud, { key: `refresh-roots-of ${siteId} ${provider}` });
  }
}

type Root = ReceivedShare & { folderId: string | null };

/**
 * Looks at the tops of the shares of one cloud that nobody has looked at within the hour, so that they open at once and
 * are no older. What opens with a second factor only is not read for nobody. Ends with the first that cannot be had.
 */
export async function refreshRootsOf({ siteId, provider }: CloudJob): Promise<void> {
  const roots = await db().$queryRaw<Root[]>`
    SELECT share.*, known.id AS "folderId" FROM "ReceivedShare" share
      JOIN "FileNode" node ON node."siteId" = share."siteId" AND node."mountId" = share.id
      LEFT JOIN "KnownFolder" known ON known."siteId" = node."siteId" AND known."nodeId" = node.id AND known.path = ''
           AND known."isCurrent"
     WHERE share."siteId" = ${siteId}::uuid AND share.provider = ${provider} AND ${MAY_BE_READ_UNATTENDED}
       AND share."resourceType" = 'folder' AND share."goneSince" IS NULL
       AND (known.id IS NULL OR known."seenAt" < now() - interval '50 minutes' AND known."nextLookAt" <= now())
     ORDER BY known."seenAt" NULLS FIRST LIMIT ${MAX_AT_ONCE}`;
  for (const { folderId, ...share } of roots) {
    try {
      await requireAllowedProvider(siteId, provider);
      if (folderId) await refreshFolder(share, [], folderId, { isOpened: false });
      else await readOnce(share, []);
    } catch (error) {
      if (!isAppError(error)) throw error;
    }
    if (share.failure !== null && !share.goneSince) return;
    await sleep(PAUSE_MS);
  }
}

/** Small pictures that are kept of one share, those that were looked at last. */
const MOST_THUMBNAILS = 5_000;

/** Forgets what nobody looked at for a month, and what was begun and never ended; and small pictures beyond so many. */
export async function sweepKnown(): Promise<void> {
  await db().$executeRaw`
    DELETE FROM "KnownFolder" known USING "Site" site
     WHERE known."siteId" = site.id AND (
           "usedAt" < now() - interval '30 days' OR NOT "isCurrent" AND "startedAt" < now() - interval '1 hour')`;
  await db().$executeRaw`
    DELETE FROM "ReceivedThumbnail" kept USING (
      SELECT "siteId", "nodeId", path, "usedAt", row_number() OVER (
               PARTITION BY "siteId", "nodeId" ORDER BY "usedAt" DESC, path) AS place FROM "ReceivedThumbnail") ranked
     WHERE kept."siteId" = ranked."siteId" AND kept."nodeId" = ranked."nodeId" AND kept.path = ranked.path
       AND (ranked.place > ${MOST_THUMBNAILS} OR ranked."usedAt" < now() - interval '30 days')`;
}
