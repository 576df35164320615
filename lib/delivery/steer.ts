import type { Tx } from "@/lib/core/db";
import { type DeliveryJob, enqueueDelivery, type Subject, WAKE } from "@/lib/delivery/outbox";

// What an administrator decides on what is still to be told.

/** A thing, and the cloud that should hear of it. */
export type Addressed = Subject & { provider: string };

/** Tries one again at once, whether it waits or was given up. Null when there is nothing left to tell. */
export async function retryDelivery(tx: Tx, { siteId, deliveryId }: DeliveryJob): Promise<Addressed | null> {
  const [row] = await tx.delivery.updateManyAndReturn({
    where: { siteId, id: deliveryId, knownVersion: { lt: tx.delivery.fields.wantedVersion } },
    data: { attempts: 0, firstAttemptAt: null, nextAttemptAt: new Date(), gaveUpAt: null },
  });
  if (row) await enqueueDelivery(tx, { siteId, deliveryId });
  return row ?? null;
}

/** The same of all that a cloud should hear. Returns how many things that are. */
export async function retryProvider(tx: Tx, siteId: string, provider: string): Promise<number> {
  return tx.$executeRaw`
    WITH waiting AS (
      SELECT id FROM "Delivery"
       WHERE "siteId" = ${siteId}::uuid AND provider = ${provider} AND "knownVersion" < "wantedVersion"
       ORDER BY id FOR UPDATE
    ), awake AS (
      UPDATE "Delivery" delivery
         SET attempts = 0, "firstAttemptAt" = NULL, "nextAttemptAt" = now(), "gaveUpAt" = NULL
        FROM waiting WHERE delivery."siteId" = ${siteId}::uuid AND delivery.id = waiting.id
      RETURNING delivery.*
    )${WAKE} awake`;
}

/**
 * Gives up what is still tried, for the reason in this sentence. Whom it concerns is the caller's to tell. Null when it
 * is not tried any more.
 */
export async function giveUp(tx: Tx, { siteId, deliveryId }: DeliveryJob, reason: string): Promise<Addressed | null> {
  const [row] = await tx.delivery.updateManyAndReturn({
    where: { siteId, id: deliveryId, gaveUpAt: null, knownVersion: { lt: tx.delivery.fields.wantedVersion } },
    data: { gaveUpAt: new Date(), failure: reason },
  });
  return row ?? null;
}
