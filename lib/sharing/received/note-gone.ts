import { recordAudit } from "@/lib/audit/record";
import type { Tx } from "@/lib/core/db";
import { logger } from "@/lib/core/logger";
import { enqueue } from "@/lib/jobs/enqueue";
import { endReceivedShare } from "@/lib/sharing/received/end-received-share";
import type { ReceivedShare } from "@/prisma/generated/client";

const HOUR = 3_600_000;
/** When the looks are that count, from the first on. A cloud may be restored from a backup, or let nobody in for a while. */
const LOOKS_AT = [0, 8 * HOUR, 24 * HOUR];

export type GoneJob = { siteId: string; id: string };

/**
 * Notes that the cloud of a share says that there is no such share. Its word alone is trouble; once it was heard at the
 * first look and confirmed by two more over a day, without another word between them, the share has ended.
 */
export async function noteGone(tx: Tx, { siteId, id }: Pick<ReceivedShare, "siteId" | "id">): Promise<void> {
  const [share] = await tx.$queryRaw<ReceivedShare[]>`
    SELECT * FROM "ReceivedShare" WHERE "siteId" = ${siteId}::uuid AND id = ${id}::uuid AND state = 'accepted' FOR UPDATE`;
  if (!share) return;
  const now = Date.now();
  const since = share.goneSince ?? new Date(now);
  if (now - since.getTime() < (LOOKS_AT[share.goneLooks] ?? 0)) return;
  const goneLooks = share.goneLooks + 1;
  const where = { siteId_id: { siteId, id } };
  await tx.receivedShare.update({ where, data: { goneSince: since, goneLooks } });
  const next = LOOKS_AT[goneLooks];
  if (next === undefined) {
    logger("sharing").info({ siteId, receivedShareId: id, since }, "received share confirmed gone");
    const { provider } = share;
    const fact = {
      actor: "system",
      action: "received-share-gone",
      subject: `received-share:${id}`,
      detail: { provider },
    };
    await recordAudit(tx, siteId, fact);
    return endReceivedShare(tx, { ...share, proof: null });
  }
  await lookAgain(tx, { siteId, id }, new Date(since.getTime() + next));
}

/** Has its cloud asked again then. */
export const lookAgain = (tx: Tx, { siteId, id }: GoneJob, runAt: Date) =>
  enqueue(tx, "confirm-gone", { siteId, id }, { runAt, key: `confirm-gone ${id}` });
