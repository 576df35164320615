import { recordHeard } from "@/lib/audit/record";
import type { Tx } from "@/lib/core/db";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import type { HeardKey } from "@/lib/sharing/received/offer";
import type { ReshareAnswer } from "@/prisma/generated/client";

/**
 * The owner of a received share tells what became of it with somebody who gets it through one of ours: by a message, or
 * within this site. False if there is no such share; hearing it again changes nothing.
 */
export async function hearReshareAnswer(
  tx: Tx,
  { siteId, provider, providerId, proof }: HeardKey,
  { shareWith, answer }: { shareWith: string; answer: ReshareAnswer },
): Promise<boolean> {
  const received = await tx.receivedShare.findMany({ where: { siteId, provider, providerId, state: "accepted" } });
  for (const { id: receivedShareId, receiverId, name: resource, senderName } of received) {
    const where = { siteId, receivedShareId, shareWith, endedAt: null, answer: { not: answer } };
    const [reshare] = await tx.reshare.updateManyAndReturn({ where, data: { answer } });
    if (!reshare) continue;
    const fact = {
      action: "reshare-answered",
      subject: `received-share:${receivedShareId}`,
      detail: { shareWith, answer },
    };
    if (proof) await recordHeard(tx, siteId, { provider, proof }, fact);
    await touchTopic(tx, siteId, [receiverId], "shares-received");
    if (answer !== "unreached") continue;
    const reason = `It could not be offered in the name of ${senderName}. Their cloud may take nothing from people whom they do not know.`;
    await notify(tx, siteId, receiverId, "share-failed", {
      shareId: reshare.id,
      resource,
      name: reshare.name,
      provider,
      reason,
    });
  }
  return received.length > 0;
}
