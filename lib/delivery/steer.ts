import type { Tx } from "@/lib/core/db";
import { probeNow } from "@/lib/delivery/breaker";
import { wake } from "@/lib/delivery/internal/wake";
import type { DeliveryJob } from "@/lib/delivery/jobs";
import { type Delivery, Prisma } from "@/prisma/generated/client";

// What an administrator decides on what is still to be told.

/** Tries at once all that a cloud should hear, whether it waits or was given up. Returns how many things that are. */
export async function retryProvider(tx: Tx, siteId: string, provider: string): Promise<number> {
  await probeNow(tx, siteId, provider);
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
    )${wake(Prisma.sql`awake`)}`;
}

/**
 * Gives up what is still tried, for the reason in this sentence. Whom it concerns is the caller's to tell. Null when it
 * is not tried any more.
 */
export async function giveUp(tx: Tx, { siteId, deliveryId }: DeliveryJob, reason: string): Promise<Delivery | null> {
  const [row] = await tx.delivery.updateManyAndReturn({
    where: { siteId, id: deliveryId, gaveUpAt: null, knownVersion: { lt: tx.delivery.fields.wantedVersion } },
    data: { gaveUpAt: new Date(), failure: reason },
  });
  return row ?? null;
}
