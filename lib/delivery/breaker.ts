import { db, type Tx } from "@/lib/core/db";
import { type Failure, nextDelay } from "@/lib/delivery/failure";
import { probe, wake } from "@/lib/delivery/internal/wake";
import type { DeliveryJob, ProbeJob } from "@/lib/delivery/jobs";
import { type Breaker, type Delivery, Prisma } from "@/prisma/generated/client";

/** After how many failures in a row nothing is tried any more: silence keeps a worker waiting, an error does not. */
const OPENS_AFTER = { silent: 1, failing: 3 };
/** After so long what is to be told is given up. */
export const GIVE_UP_AFTER_MS = 7 * 86_400_000;

/** What is known of the failures of a cloud; null if it does not fail. */
export async function findBreaker(siteId: string, provider: string): Promise<Breaker | null> {
  return db().breaker.findUnique({ where: { siteId_provider: { siteId, provider } } });
}

/**
 * Whether what should be told waits for so long that it is given up: since it was first tried, else since it was wanted.
 * What waits for the breaker of its cloud is not touched meanwhile.
 */
export const isTooOld = ({ firstAttemptAt, nextAttemptAt }: Delivery, now = new Date()) =>
  now.getTime() - (firstAttemptAt ?? nextAttemptAt).getTime() > GIVE_UP_AFTER_MS;

/** What stands for a try of what is too old while the breaker of its cloud is open; null when it is to be tried. */
export function waitedFor(breaker: Breaker | null, delivery: Delivery): Failure | null {
  const { openUntil, failure: sentence } = breaker ?? {};
  if (!openUntil || !sentence || openUntil <= new Date() || !isTooOld(delivery)) return null;
  const nothing = { fault: null, isForbidden: false, retryAfter: null };
  return { ...nothing, sentence, reason: "waited", isFinal: true, isUntried: true };
}

/**
 * Counts a failure that is the cloud's. Returns until when nothing is tried there any more, after which one message finds
 * out; null while it has not failed often enough for that.
 */
export async function tripBreaker(delivery: Delivery, before: Breaker | null, failure: Failure): Promise<Date | null> {
  if (!failure.fault) return null;
  const { siteId, provider } = delivery;
  const failures = (before?.failures ?? 0) + 1;
  // What was silent and now answers with an error has not come back.
  const isOpen = Boolean(before?.openUntil) || failures >= OPENS_AFTER[failure.fault];
  const openUntil = isOpen ? new Date(Date.now() + nextDelay(failures, failure.retryAfter)) : null;
  const data = { failures, failure: failure.sentence, openUntil };
  const where = { siteId_provider: { siteId, provider } };
  await db().$transaction(async (tx) => {
    await tx.breaker.upsert({ where, create: { siteId, provider, ...data }, update: data });
    if (openUntil) await tx.$executeRaw(probe(siteId, provider, openUntil));
  });
  return openUntil;
}

/** To be called when a message that should find out did not: another one does then. */
export async function probeAgain({ siteId, provider, openUntil }: Breaker, at: Date, isSecond: boolean): Promise<void> {
  await db().$transaction(async (tx) => {
    const { count } = await tx.breaker.updateMany({ where: { siteId, provider, openUntil }, data: { openUntil: at } });
    if (count > 0) await tx.$executeRaw(probe(siteId, provider, at, isSecond));
  });
}

/**
 * What finds out whether a cloud answers again, if it is time: what waits the longest. What failed waits since its next
 * try became possible: should only this be what the cloud fails at, the others get through.
 */
export async function findProbe({ siteId, provider }: ProbeJob): Promise<DeliveryJob | null> {
  const [found] = await db().$queryRaw<{ id: string }[]>`
    SELECT delivery.id FROM "Delivery" delivery
      JOIN "Breaker" breaker ON breaker."siteId" = delivery."siteId" AND breaker.provider = delivery.provider
     WHERE delivery."siteId" = ${siteId}::uuid AND delivery.provider = ${provider} AND breaker."openUntil" <= now()
       AND delivery."knownVersion" < delivery."wantedVersion" AND delivery."gaveUpAt" IS NULL
       AND delivery."nextAttemptAt" <= now() AND coalesce(delivery."leaseUntil", '-infinity') <= now()
     ORDER BY delivery."nextAttemptAt", delivery.id LIMIT 1`;
  return found ? { siteId, deliveryId: found.id } : null;
}

/** To be called when a cloud answered after it had failed: what waited for that is told now. */
export async function closeBreaker({ siteId, provider, openUntil }: Breaker): Promise<void> {
  await db().breaker.deleteMany({ where: { siteId, provider } });
  if (!openUntil) return; // nothing waited
  await db().$executeRaw`
    WITH due AS (
      SELECT * FROM "Delivery"
       WHERE "siteId" = ${siteId}::uuid AND provider = ${provider} AND "knownVersion" < "wantedVersion"
         AND "gaveUpAt" IS NULL AND coalesce("leaseUntil", '-infinity') <= now()
       ORDER BY id FOR UPDATE SKIP LOCKED
    ), earlier AS (
      UPDATE "Delivery" delivery SET "nextAttemptAt" = now()
        FROM due WHERE delivery."siteId" = ${siteId}::uuid AND delivery.id = due.id AND due."nextAttemptAt" > now()
      RETURNING delivery.*
    )${wake(Prisma.sql`(SELECT * FROM due WHERE "nextAttemptAt" <= now() UNION ALL SELECT * FROM earlier)`)}`;
}

/** Lets the next message to a cloud, or to any, find out at once whether it answers again: somebody asked for that. */
export async function probeNow(tx: Tx, siteId: string, provider?: string): Promise<void> {
  const now = new Date();
  await tx.breaker.updateMany({ where: { siteId, provider, openUntil: { gt: now } }, data: { openUntil: now } });
}

/** The last failure of a delivery that waits, in SQL of its row and its cloud's breaker, which may be missing. */
export const failureInSql = (delivery: string, breaker: string) => `coalesce(
    CASE WHEN ${delivery}."gaveUpAt" IS NULL AND ${breaker}."openUntil" IS NOT NULL THEN ${breaker}.failure END,
    ${delivery}.failure)`;

/** Forgets the failures of clouds that have nothing more to hear. For the worker. */
export async function sweepBreakers(siteId: string): Promise<void> {
  await db().$executeRaw`
    DELETE FROM "Breaker" breaker
     WHERE "siteId" = ${siteId}::uuid AND "openUntil" < now() - interval '1 day'
       AND NOT EXISTS (SELECT FROM "Delivery" delivery
                        WHERE delivery."siteId" = breaker."siteId" AND delivery.provider = breaker.provider
                          AND delivery."knownVersion" < delivery."wantedVersion" AND delivery."gaveUpAt" IS NULL)`;
}
