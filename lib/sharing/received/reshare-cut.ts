import { recordHeard } from "@/lib/audit/record";
import type { Tx } from "@/lib/core/db";
import { notify } from "@/lib/notices/notices";
import type { HeardKey } from "@/lib/sharing/received/offer";

/**
 * The owner of a received share has ended what somebody has through one of ours, who is told: by a message, or within
 * this site. False if there is no such share; hearing it again changes nothing.
 */
export async function hearReshareCut(
  tx: Tx,
  { siteId, provider, providerId, proof }: HeardKey,
  shareWith: string | undefined,
): Promise<boolean> {
  const received = await tx.receivedShare.findMany({ where: { siteId, provider, providerId, state: "accepted" } });
  if (received.length === 0 || shareWith === undefined) return false;
  for (const { id: receivedShareId, receiverId, name: resource, senderName } of received) {
    const where = { siteId, receivedShareId, shareWith, endedAt: null };
    const [cut] = await tx.reshare.updateManyAndReturn({ where, data: { endedAt: new Date() } });
    if (!cut) continue;
    const fact = { action: "reshare-cut", subject: `received-share:${receivedShareId}`, detail: { shareWith } };
    if (proof) await recordHeard(tx, siteId, { provider, proof }, fact);
    const about = { shareId: receivedShareId, resource, name: senderName, provider, whom: cut.name };
    await notify(tx, siteId, receiverId, "reshare-cut", about, ["shares-received"]);
  }
  return true;
}
