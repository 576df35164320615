import { z } from "zod";
import { db, type Tx } from "@/lib/core/db";
import { AppError, invalid, isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { turns } from "@/lib/core/turns";
import { callProvider } from "@/lib/delivery/call-provider";
import type { OcmNotification } from "@/lib/protocol/ocm/wire";
import { getSite } from "@/lib/sites/sites";

/** What comes with SHARE_WATCH: for how long. */
const Watch = z.object({ seconds: z.int().positive() });
const LONGEST_WATCH_S = 3600;
/** Of one cloud in one message. */
const MAX_AT_ONCE = 200;
/** A cloud that could not be told is left alone for so long: it looks itself. */
const QUIET_MS = 60_000;
/** Clouds that are told at a time; by when one's turn must have come, it has looked itself. */
const AT_ONCE = 4;
const tooLate = () => new AppError(503, "BUSY", "Too many clouds are to be told of changes just now.");
const inTurn = () => once("telling-turns", () => turns({ atOnce: AT_ONCE, patienceMs: QUIET_MS, tooLate }));

type Key = { siteId: string; provider: string; id: string };

/** The cloud of a share wants to hear for a while that something in it has changed. @throws NOTIFICATION_INVALID (400) */
export async function recordWatch(tx: Tx, { siteId, provider, id }: Key, body: OcmNotification): Promise<void> {
  const watch = Watch.safeParse(body.notification);
  if (!watch.success) throw invalid("NOTIFICATION_INVALID", "It does not say for how long.");
  const watchedUntil = new Date(Date.now() + Math.min(watch.data.seconds, LONGEST_WATCH_S) * 1000);
  await tx.sentShare.updateMany({ where: { siteId, provider, id, revokedAt: null }, data: { watchedUntil } });
}

type Changed = { siteId: string; provider: string; providerId: string };
type Telling = {
  /** Of which site to which cloud a message is under way. */
  underWay: Set<string>;
  /** Who could not be told, and until when that is not tried. */
  quiet: Map<string, number>;
};
const telling = () => once("telling-contents", (): Telling => ({ underWay: new Set(), quiet: new Map() }));
const keyOf = ({ siteId, provider }: Omit<Changed, "providerId">) => `${siteId} ${provider}`;

/**
 * Tells other clouds in which of the folders that they watch something has changed since they last heard of one: one
 * message for each cloud, and the next only when that has been answered. What is not heard is not told again, since
 * whoever watches looks now and then; a cloud that deliveries do not reach is told once they do. Returns when it is known
 * who is told; the messages go on.
 */
export async function tellChangedContents(): Promise<{ told: Promise<unknown> }> {
  const { underWay, quiet } = telling();
  for (const [key, until] of quiet) if (until <= Date.now()) quiet.delete(key);
  const clouds = new Map<string, Changed[]>();
  for (const share of await claimChanged([...underWay, ...quiet.keys()])) {
    clouds.set(keyOf(share), [...(clouds.get(keyOf(share)) ?? []), share]);
  }
  return { told: Promise.all([...clouds.values()].map(tell)) };
}

/**
 * Of several processes one gets each. The version is that of the folder's etag. A share that somebody changes just now is
 * left for the next time: whoever waited for one and held others would deadlock with those who lock them in their order.
 */
async function claimChanged(exceptClouds: string[]): Promise<Changed[]> {
  return db().$queryRaw<Changed[]>`
    WITH present AS MATERIALIZED (
      SELECT watched."siteId", watched.id, coalesce(folded.version, 0) + unfolded.count AS version
        FROM "SentShare" watched
        LEFT JOIN "FolderVersion" folded ON folded."siteId" = watched."siteId" AND folded."nodeId" = watched."nodeId"
        LEFT JOIN "Contact" contact ON contact."siteId" = watched."siteId" AND contact.id = watched."contactId"
       CROSS JOIN LATERAL (
         SELECT count(*) FROM "FileChange" change
          WHERE change."siteId" = watched."siteId" AND NOT change."isFolded"
            AND change.ancestors @> ARRAY[watched."nodeId"]) unfolded
       WHERE watched."watchedUntil" > now() AND watched."revokedAt" IS NULL AND watched.answer <> 'declined'
         AND watched."nodeId" IS NOT NULL AND contact."removedAt" IS NULL
         AND (watched."expiresAt" IS NULL OR watched."expiresAt" > now())
         AND NOT concat(watched."siteId", ' ', watched.provider) = ANY (${exceptClouds}::text[])
         AND NOT EXISTS (SELECT FROM "Breaker" breaker
                          WHERE breaker."siteId" = watched."siteId" AND breaker.provider = watched.provider
                            AND breaker."openUntil" > now())
         AND watched."watchedVersion" IS DISTINCT FROM coalesce(folded.version, 0) + unfolded.count
       ORDER BY watched.id FOR NO KEY UPDATE OF watched SKIP LOCKED)
    UPDATE "SentShare" share SET "watchedVersion" = present.version FROM present
     WHERE share."siteId" = present."siteId" AND share.id = present.id
    RETURNING share."siteId", share.provider, coalesce(share."offeredAs", share.id) AS "providerId"`;
}

async function tell(shares: Changed[]): Promise<void> {
  const [first] = shares;
  if (!first) return;
  const { siteId, provider } = first;
  const { underWay, quiet } = telling();
  underWay.add(keyOf(first));
  try {
    const isHeard = await inTurn()("all", () => sendAll(first, shares));
    if (!isHeard) quiet.set(keyOf(first), Date.now() + QUIET_MS);
  } catch (error) {
    if (!isAppError(error)) logger("sharing").error({ err: error, siteId, provider }, "change of contents not told");
    quiet.set(keyOf(first), Date.now() + QUIET_MS);
  } finally {
    underWay.delete(keyOf(first));
  }
}

/** As many messages as it takes; false, and no more of them, once one is refused. */
async function sendAll({ siteId, provider }: Omit<Changed, "providerId">, shares: Changed[]): Promise<boolean> {
  const site = await getSite(siteId);
  for (let start = 0; start < shares.length; start += MAX_AT_ONCE) {
    const providerIds = shares.slice(start, start + MAX_AT_ONCE).map(({ providerId }) => providerId);
    const notification = { providerIds };
    const told = { notificationType: "SHARE_CONTENT_CHANGED", resourceType: "folder", notification };
    const json = { ...told, providerId: providerIds[0] };
    const { status } = await callProvider(site, provider, { to: "/notifications", json });
    if (status >= 300) return false;
  }
  return true;
}
