import type { Tx } from "@/lib/core/db";
import { wantDelivered } from "@/lib/delivery/outbox";
import { groupChanged } from "@/lib/identity/change-groups";
import { changeReceivedShare } from "@/lib/sharing/received/change-received-share";
import type { SentShare } from "@/prisma/generated/client";

/** Lets the Receiving Party know, in the transaction of the change, what a share grants now and until when. */
export async function tellChanged(tx: Tx, share: SentShare): Promise<void> {
  const { siteId, id, provider, groupId } = share;
  if (provider) await wantDelivered(tx, { siteId, provider, subjectKind: "sent-share", subjectId: id });
  else if (groupId) await groupChanged(tx, { siteId, groupId });
  else await changeReceivedShare(tx, { siteId, provider, providerId: id, proof: null }, share);
}
