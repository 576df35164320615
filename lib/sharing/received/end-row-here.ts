import type { Tx } from "@/lib/core/db";
import { dropGivenUp, wantDelivered } from "@/lib/delivery/outbox";
import { removeMount } from "@/lib/files/mounts";
import { touchTopic } from "@/lib/notices/live";
import { endedHere, noSecrets } from "@/lib/sharing/received/end-received-share";
import type { ReceivedShare } from "@/prisma/generated/client";

/**
 * What follows when a received share has ended together with more: it stands nowhere, and its sender is told, or there
 * is nothing left to tell.
 */
export async function endRowHere(tx: Tx, share: ReceivedShare, { tellsSender }: { tellsSender: boolean }) {
  const { siteId, id, receiverId, provider } = share;
  const subject = { siteId, subjectKind: "received-share", subjectId: id };
  const data = tellsSender ? endedHere : noSecrets;
  await tx.receivedShare.update({ where: { siteId_id: { siteId, id } }, data });
  await removeMount(tx, siteId, id);
  await (tellsSender ? wantDelivered(tx, { ...subject, provider }) : dropGivenUp(tx, subject));
  for (const topic of ["shares-received", "files"] as const) await touchTopic(tx, siteId, [receiverId], topic);
}
