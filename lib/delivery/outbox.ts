import { db, type Tx } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import { listSites } from "@/lib/sites/sites";
import { allowedInSql } from "@/lib/trust/provider-record";
import { type Delivery, Prisma } from "@/prisma/generated/client";

/** A thing that a peer should know of: a row of another room, named by its kind and id. */
export type Subject = { siteId: string; subjectKind: string; subjectId: string };

/** The payload of the job `deliver`. */
export type DeliveryJob = { siteId: string; deliveryId: string };

/** The queue of all that asks one cloud: one after the other, so that a silent one holds up nobody else. */
const queueOf = (siteId: Prisma.Sql, provider: Prisma.Sql) =>
  Prisma.sql`'deliver:' || md5(${siteId} || ' ' || ${provider})`;

/**
 * Adds the jobs that wake deliveries when they are due, or moves those that wait already. Goes before the name of a
 * table of deliveries.
 */
export const WAKE = Prisma.sql`
  SELECT graphile_worker.add_job('deliver', json_build_object('siteId', "siteId", 'deliveryId', id),
           queue_name => ${queueOf(Prisma.sql`"siteId"`, Prisma.sql`provider`)}, run_at => "nextAttemptAt",
           job_key => 'deliver:' || id)
    FROM`;

/** Adds the job that wakes a delivery. */
export async function enqueueDelivery(tx: Tx, { siteId, deliveryId }: DeliveryJob): Promise<void> {
  await tx.$executeRaw`${WAKE} "Delivery" WHERE "siteId" = ${siteId}::uuid AND id = ${deliveryId}::uuid`;
}

/** Adds a job that asks a cloud something else: it waits its turn among what that cloud is told. */
export async function enqueueAsking(tx: Tx, name: string, provider: string, payload: { siteId: string; id: string }) {
  const queue = queueOf(Prisma.sql`${payload.siteId}::text`, Prisma.sql`${provider}::text`);
  await tx.$executeRaw`
    SELECT graphile_worker.add_job(${name}::text, ${JSON.stringify(payload)}::json, queue_name => ${queue})`;
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
  if (delivery) await enqueueDelivery(tx, { siteId: delivery.siteId, deliveryId: delivery.id });
  return delivery ?? null;
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
  const ofProvider = provider === undefined ? Prisma.empty : Prisma.sql`AND delivery.provider = ${provider}`;
  await db().$executeRaw`
    WITH waiting AS (
      SELECT delivery.id FROM "Delivery" delivery
        JOIN "Site" site ON site.id = delivery."siteId"
        LEFT JOIN "Provider" peer ON peer."siteId" = delivery."siteId" AND peer.provider = delivery.provider
       WHERE delivery."siteId" = ${siteId}::uuid ${ofProvider} AND ${Prisma.raw(allowedInSql("site", "peer"))}
         AND delivery."knownVersion" < delivery."wantedVersion" AND delivery."gaveUpAt" IS NULL
       ORDER BY delivery.id FOR UPDATE OF delivery
    ), awake AS (
      UPDATE "Delivery" delivery SET attempts = 0, "firstAttemptAt" = NULL, "nextAttemptAt" = now()
        FROM waiting WHERE delivery."siteId" = ${siteId}::uuid AND delivery.id = waiting.id
      RETURNING delivery.*
    )${WAKE} awake`;
}

/**
 * Lets all else that a cloud should hear wait with a delivery that got no answer, as if it had been tried as often.
 * It comes just before that one: should only this one be what the cloud is silent to, the others get through.
 */
export async function holdBack({ siteId, id, provider, attempts }: Delivery, until: Date, failure: string) {
  await db().$executeRaw`
    WITH due AS (
      SELECT id FROM "Delivery"
       WHERE "siteId" = ${siteId}::uuid AND provider = ${provider} AND id <> ${id}::uuid
         AND "knownVersion" < "wantedVersion" AND "gaveUpAt" IS NULL AND "nextAttemptAt" < ${until}
       ORDER BY "nextAttemptAt", id FOR UPDATE SKIP LOCKED
    ), held AS (
      UPDATE "Delivery" delivery
         SET "nextAttemptAt" = ${until}::timestamptz - interval '1 millisecond', failure = ${failure},
             attempts = greatest(attempts, ${attempts}), "firstAttemptAt" = coalesce("firstAttemptAt", now())
        FROM due WHERE delivery."siteId" = ${siteId}::uuid AND delivery.id = due.id
      RETURNING delivery.*
    )${WAKE} held`;
}

/**
 * Wakes every delivery that is due: the rows are the truth, a job can get lost. For the worker, each minute.
 */
export async function sweepDeliveries(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    await db().$executeRaw`${WAKE} (
      SELECT * FROM "Delivery"
       WHERE "siteId" = ${siteId}::uuid AND "knownVersion" < "wantedVersion" AND "gaveUpAt" IS NULL
         AND "nextAttemptAt" <= now() AND coalesce("leaseUntil", '-infinity') <= now()
       ORDER BY "nextAttemptAt", id LIMIT 1000) AS due`;
  }
}
