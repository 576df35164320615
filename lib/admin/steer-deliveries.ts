import { recordAudit } from "@/lib/audit/record";
import { db, type Tx } from "@/lib/core/db";
import { conflict, notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { retryNow } from "@/lib/delivery/outbox";
import { giveUp, retryProvider } from "@/lib/delivery/steer";
import { noteGivenUp } from "@/lib/sharing/note-given-up";
import type { Delivery } from "@/prisma/generated/client";

/** What the person reads whom it concerns. */
const DROPPED = "An administrator of your cloud has stopped trying.";

/**
 * Tells another cloud now what waits for its next try or was given up.
 *
 * @throws DELIVERY_NOT_FOUND, DELIVERY_OVER
 */
export async function retryOne(admin: UserPrincipal, deliveryId: string): Promise<void> {
  await steer(admin, deliveryId, "delivery-retried", (tx, { siteId, deliveryId: id }) => retryNow(tx, { siteId, id }));
}

/**
 * Stops trying to tell another cloud something. The person whom it concerns is told so, and can have it tried again.
 *
 * @throws DELIVERY_NOT_FOUND, DELIVERY_OVER
 */
export async function dropDelivery(admin: UserPrincipal, deliveryId: string): Promise<void> {
  await steer(admin, deliveryId, "delivery-dropped", async (tx, job) => {
    const dropped = await giveUp(tx, job, DROPPED);
    if (dropped) await noteGivenUp(tx, dropped, DROPPED);
    return dropped;
  });
}

/** Tells a cloud now all that it has not heard. Returns how many things that are. */
export async function retryAllOf(admin: UserPrincipal, provider: string): Promise<number> {
  const { siteId, userId } = admin;
  return db().$transaction(async (tx) => {
    const count = await retryProvider(tx, siteId, provider);
    const entry = { actor: `user:${userId}`, action: "deliveries-retried", subject: provider, detail: { count } };
    if (count > 0) await recordAudit(tx, siteId, entry);
    return count;
  });
}

type Steer = (tx: Tx, job: { siteId: string; deliveryId: string }) => Promise<Delivery | null>;

async function steer({ siteId, userId }: UserPrincipal, id: string, action: string, act: Steer): Promise<void> {
  if (!isId(id) || !(await db().delivery.count({ where: { siteId, id } }))) {
    throw notFound("DELIVERY_NOT_FOUND", "There is nothing of that kind to tell.");
  }
  await db().$transaction(async (tx) => {
    const row = await act(tx, { siteId, deliveryId: id });
    if (!row) throw conflict("DELIVERY_OVER", "The other cloud was told meanwhile, or it is not tried any more.");
    const { subjectKind, subjectId, provider } = row;
    const subject = `${subjectKind}:${subjectId}`;
    await recordAudit(tx, siteId, { actor: `user:${userId}`, action, subject, detail: { provider } });
  });
}
