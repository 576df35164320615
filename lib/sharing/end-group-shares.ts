import { db } from "@/lib/core/db";
import type { Which } from "@/lib/sharing/internal/find-in-group";
import { inBatches } from "@/lib/sharing/internal/in-batches";
import { endRowHere } from "@/lib/sharing/received/end-row-here";
import { endSentShares } from "@/lib/sharing/sent/end-sent-shares";

/** Ends what people of this site shared with a group that was deleted; the rows of its members follow. */
export async function endSharesToGroup(which: Which): Promise<void> {
  const sent = await db().sentShare.findMany({ where: { ...which, revokedAt: null }, select: { id: true } });
  await inBatches(sent, (tx, id) => endSentShares(tx, which.siteId, { ...which, id }));
}

/**
 * Ends what came from other clouds for a group that was deleted. The sender's cloud hears once of the end of what it
 * shared, whoever of the members had it.
 */
export async function endSharesOfGroup({ siteId, groupId }: Which): Promise<void> {
  const isStanding = { in: ["pending" as const, "accepted" as const, "absent" as const] };
  const where = { siteId, groupId, provider: { not: "" }, state: isStanding };
  const rows = await db().receivedShare.findMany({ where, select: { id: true, provider: true, providerId: true } });
  const byOffer = new Map(rows.map(({ provider, providerId, id }) => [`${provider} ${providerId}`, id]));
  const tells = new Set(byOffer.values());
  await inBatches(rows, async (tx, id) => {
    const ended = await tx.receivedShare.updateManyAndReturn({ where: { ...where, id }, data: { state: "left" } });
    for (const share of ended) await endRowHere(tx, share, { tellsSender: tells.has(share.id) });
  });
}
