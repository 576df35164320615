import { db } from "@/lib/core/db";
import { notify } from "@/lib/notices/notices";
import { take } from "@/lib/sharing/received/answer-share";
import { aboutReceived } from "@/lib/sharing/received/offer";

/**
 * The job after an offer of a contact whose shares are accepted without asking: the offer is taken as if by hand, and
 * its receiver is told that it is there. If that is not wanted any more by now, it waits for an answer like any other.
 */
export async function acceptUnasked({ siteId, id }: { siteId: string; id: string }): Promise<void> {
  await db().$transaction(async (tx) => {
    await tx.$queryRaw`SELECT FROM "ReceivedShare" WHERE "siteId" = ${siteId}::uuid AND id = ${id}::uuid FOR UPDATE`;
    const share = await tx.receivedShare.findFirst({
      where: { siteId, id, state: "pending" },
      include: { contact: true },
    });
    if (!share) return;
    const hasExpired = share.expiresAt !== null && share.expiresAt <= new Date();
    const isWelcome = share.contact?.acceptsShares && !hasExpired;
    if (isWelcome) await take(tx, share, { isUnasked: true });
    const kind = isWelcome ? "share-arrived" : "share-offered";
    await notify(tx, siteId, share.receiverId, kind, aboutReceived(share), ["shares-received"]);
  });
}
