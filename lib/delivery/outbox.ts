import { db, type Tx } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import { GIVE_UP_AFTER_MS, probeNow, sweepBreakers } from "@/lib/delivery/breaker";
import { ask, probe, wake } from "@/lib/delivery/internal/wake";
import type { DeliveryJob } from "@/lib/delivery/jobs";
import { listSites } from "@/lib/sites/sites";
import { allowedInSql } from "@/lib/trust/provider-record";
import { type Delivery, Prisma } from "@/prisma/generated/client";

/** A thing that a peer should know of: a row of another room, named by its kind and id. */
export type Subject = { siteId: string; subjectKind: string; subjectId: string };

/** Adds the job that wakes a delivery. */
export async function enqueueDelivery(tx: Tx, { siteId, deliveryId }: DeliveryJob): Promise<void> {
  const where = Prisma.sql`WHERE due."siteId" = ${siteId}::uuid AND due.id = ${deliveryId}::uuid`;
  await tx.$executeRaw(wake(Prisma.sql`"Delivery"`, where));
}

/** Adds a job that asks a cloud something else: it waits its turn among what that cloud is told. */
export async function enqueueAsking(tx: Tx, name: string, provider: string, payload: { siteId: string; id: string }) {
  await tx.$executeRaw(ask(name, payload.siteId, provider, payload));
}

/**
 * Says, in the transaction of a change, that the peer should hear of it. What it hears is the state at the time of the
 * delivery. A delivery that had given up or waits for its next try starts over.
 */
export async function wantDelivered(tx: Tx, subject: Subject & { provider: string }): Promise<void> {
  const { siteId, subjectKind, subjectId, provider } = subject;
  const startOver = { attempts: 0, firstAttemptAt: null, nextAttemptAt: new Date(), gaveUpAt: null, failure: null };
  const { id } = await tx.delivery.upsert({
    where: { siteId_subjectKind_subjectId: { siteId, subjectKind, subjectId } },
    create: { id: newId(), siteId, subjectKind, subjectId, provider },
    update: { wantedVersion: { increment: 1 }, ...startOver },
    select: { id: true },
  });
  await enqueueDelivery(tx, { siteId, deliveryId: id });
}

/** Tries one thing again at once, whether it waits or was given up. Null when there is nothing left to tell. */
export async function retryNow(tx: Tx, which: Subject | { siteId: string; id: string }): Promise<Delivery | null> {
  const [delivery] = await tx.delivery.updateManyAndReturn({
    where: { ...which, knownVersion: { lt: tx.delivery.fields.wantedVersion } },
    data: { attempts: 0, firstAttemptAt: null, nextAttemptAt: new Date(), gaveUpAt: null },
  });
  if (!delivery) return null;
  await probeNow(tx, delivery.siteId, delivery.provider);
  await enqueueDelivery(tx, { siteId: delivery.siteId, deliveryId: delivery.id });
  return delivery;
}

/** Lets what was given up rest for good, if anything was: then nobody tries it any more. What is still tried goes on. */
export async function dropGivenUp(tx: Tx, { siteId, subjectKind, subjectId }: Subject): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE "Delivery" SET "knownVersion" = "wantedVersion", "gaveUpAt" = NULL, failure = NULL
     WHERE "siteId" = ${siteId}::uuid AND "subjectKind" = ${subjectKind} AND "subjectId" = ${subjectId}::uuid
       AND "gaveUpAt" IS NOT NULL`;
  return count > 0;
}

/**
 * Tries at once what waits for clouds that the site's rule allows, or for one of them: the job after the administrator
 * decided otherwise. What waited for that starts over.
 */
export async function wakeDeliveries({ siteId, provider }: { siteId: string; provider?: string }): Promise<void> {
  await probeNow(db(), siteId, provider);
  const ofProvider = provider === undefined ? Prisma.empty : Prisma.sql`AND delivery.provider = ${provider}`;
  await db().$executeRaw`
    WITH waiting AS (
      SELECT delivery.id FROM "Delivery" delivery
        JOIN "Site" site ON site.id = delivery."siteId"
        LEFT JOIN "Provider" peer ON peer."siteId" = delivery."siteId" AND peer.provider = delivery.provider
       WHERE delivery."siteId" = ${siteId}::uuid ${ofProvider} AND ${Prisma.raw(allowedInSql("site", "peer", "delivery.provider"))}
         AND delivery."knownVersion" < delivery."wantedVersion" AND delivery."gaveUpAt" IS NULL
       ORDER BY delivery.id FOR UPDATE OF delivery
    ), awake AS (
      UPDATE "Delivery" delivery SET attempts = 0, "firstAttemptAt" = NULL, "nextAttemptAt" = now()
        FROM waiting WHERE delivery."siteId" = ${siteId}::uuid AND delivery.id = waiting.id
      RETURNING delivery.*
    )${wake(Prisma.sql`awake`)}`;
}

/**
 * Wakes every delivery that is due: the rows are the truth, a job can get lost. Of a cloud that is left alone only what
 * finds out whether it answers again, if it is time, and what has waited for too long. For the worker, each minute.
 */
export async function sweepDeliveries(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    await db().$executeRaw(wake(dueOf(siteId)));
    await db().$executeRaw(wake(tooOldOf(siteId)));
    const where = { siteId, openUntil: { lte: new Date() } };
    for (const { provider } of await db().breaker.findMany({ where })) {
      await db().$executeRaw(probe(siteId, provider, new Date()));
    }
    await sweepBreakers(siteId);
  }
}

const IS_FREE = Prisma.sql`delivery."knownVersion" < delivery."wantedVersion" AND delivery."gaveUpAt" IS NULL
         AND delivery."nextAttemptAt" <= now() AND coalesce(delivery."leaseUntil", '-infinity') <= now()`;

const dueOf = (siteId: string) => Prisma.sql`(
      SELECT delivery.* FROM "Delivery" delivery
       WHERE delivery."siteId" = ${siteId}::uuid AND ${IS_FREE}
         AND NOT EXISTS (SELECT FROM "Breaker" breaker
                          WHERE breaker."siteId" = delivery."siteId" AND breaker.provider = delivery.provider
                            AND breaker."openUntil" IS NOT NULL)
       ORDER BY delivery."nextAttemptAt", delivery.id LIMIT 1000)`;

/** While this site does not deal with a cloud, or is closed, nothing for that cloud is given up. */
const tooOldOf = (siteId: string) => Prisma.sql`(
      SELECT delivery.* FROM "Delivery" delivery
        JOIN "Site" site ON site.id = delivery."siteId" AND site."disabledAt" IS NULL
        JOIN "Breaker" breaker ON breaker."siteId" = delivery."siteId" AND breaker.provider = delivery.provider
        LEFT JOIN "Provider" peer ON peer."siteId" = delivery."siteId" AND peer.provider = delivery.provider
       WHERE delivery."siteId" = ${siteId}::uuid AND ${IS_FREE} AND breaker."openUntil" IS NOT NULL
         AND coalesce(delivery."firstAttemptAt", delivery."nextAttemptAt") < ${new Date(Date.now() - GIVE_UP_AFTER_MS)}
         AND ${Prisma.raw(allowedInSql("site", "peer", "delivery.provider"))} LIMIT 1000)`;
