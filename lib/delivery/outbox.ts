import { db, type Tx } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import { enqueue } from "@/lib/jobs/enqueue";
import { listSites } from "@/lib/sites/sites";

/** A thing that a peer should know of: a row of another room, named by its kind and id. */
export type Subject = { siteId: string; subjectKind: string; subjectId: string };

/** The payload of the job `deliver`. */
export type DeliveryJob = { siteId: string; deliveryId: string };

/** Adds the job that wakes a delivery; one that waits already is moved. */
export async function enqueueDelivery(tx: Tx, job: DeliveryJob, runAt?: Date): Promise<void> {
  await enqueue(tx, "deliver", job, { key: `deliver:${job.deliveryId}`, runAt });
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

/** Tries again at once what waits or was given up. False when there is nothing left to tell. */
export async function retryNow(tx: Tx, { siteId, subjectKind, subjectId }: Subject): Promise<boolean> {
  const [delivery] = await tx.delivery.updateManyAndReturn({
    where: { siteId, subjectKind, subjectId, knownVersion: { lt: tx.delivery.fields.wantedVersion } },
    data: { attempts: 0, firstAttemptAt: null, nextAttemptAt: new Date(), gaveUpAt: null },
    select: { id: true },
  });
  if (!delivery) return false;
  await enqueueDelivery(tx, { siteId, deliveryId: delivery.id });
  return true;
}

/**
 * Wakes every delivery that is due: the rows are the truth, a job can get lost. For the worker, each minute.
 */
export async function sweepDeliveries(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    await db().$executeRaw`
      SELECT graphile_worker.add_job('deliver', json_build_object('siteId', "siteId", 'deliveryId', id),
               job_key => 'deliver:' || id)
        FROM (SELECT "siteId", id FROM "Delivery"
               WHERE "siteId" = ${siteId}::uuid AND "knownVersion" < "wantedVersion" AND "gaveUpAt" IS NULL
                 AND "nextAttemptAt" <= now() AND coalesce("leaseUntil", '-infinity') <= now()
               ORDER BY "nextAttemptAt" LIMIT 1000) AS due`;
  }
}
