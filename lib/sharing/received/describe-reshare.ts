import { db } from "@/lib/core/db";
import type { Describer, Description } from "@/lib/delivery/deliver";
import { describeNotification, untilBegun } from "@/lib/delivery/notification";
import { wantDelivered } from "@/lib/delivery/outbox";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import { permissionsOf } from "@/lib/sharing/internal/permissions";
import type { ReceivedShare, Reshare } from "@/prisma/generated/client";

/** What the owner's cloud has made of a request already. */
const HAS_IT = [409];
/** It does not know the share any more, or no such change. At anything else it has refused the change. */
const KNOWS_NO_CHANGE = [404, 501];

/** What the owner's cloud should hear of a re-share now: that it is asked for, changed or ended. */
export const describeReshare: Describer = async (siteId, id) => {
  const row = await db().reshare.findUnique({ where: { siteId_id: { siteId, id } }, include: { receivedShare: true } });
  if (row?.receivedShare.state !== "accepted") return null; // with the share all of it ends there
  const { receivedShare: share, ...reshare } = row;
  if (reshare.endedAt) return reshare.askedAt && describeEnd(share, reshare, reshare.askedAt);
  if (reshare.toldRole === null) return describeRequest(share, reshare);
  if (reshare.toldRole === reshare.role) return null;
  return { ...describe(share, reshare, "RESHARE_CHANGE_PERMISSION"), alsoDone: KNOWS_NO_CHANGE };
};

/** Written down before each try: if this process dies after the request left, a later end is still told. */
async function describeRequest(share: ReceivedShare, reshare: Reshare): Promise<Description> {
  const { siteId, id } = reshare;
  await db().reshare.updateMany({ where: { siteId, id }, data: { askedAt: new Date() } });
  const { call, ...rest } = describe(share, reshare, "REQUEST_RESHARE");
  return { ...rest, call, alsoDone: HAS_IT, notYet: [] };
}

function describeEnd(share: ReceivedShare, reshare: Reshare, askedAt: Date): Description {
  const end = describe(share, reshare, "RESHARE_UNDO");
  return reshare.toldRole === null ? untilBegun(end, askedAt) : end;
}

function describe(share: ReceivedShare, reshare: Reshare, type: string): Description {
  const { siteId, shareWith, role, endedAt } = reshare;
  const { providerId, resourceType } = share;
  const known = { siteId, resourceType, providerId, grantee: share.shareWith, secretEncrypted: share.secretEncrypted };
  // Opaque to the owner, unless he is told who that is.
  const shareWithDisplayName = reshare.name === shareWith ? undefined : reshare.name;
  const notification = { shareWith, shareWithDisplayName, ...(!endedAt && { permissions: permissionsOf({ role }) }) };
  return { ...describeNotification(known, type, notification), ...withOutcome(share, reshare) };
}

/** What is written down, and whom it is told, once the owner's cloud has heard of a re-share or could not be told. */
export function withOutcome(share: ReceivedShare, reshare: Reshare): Pick<Description, "onDelivered" | "onFailed"> {
  const { siteId, id, role, toldRole, endedAt } = reshare;
  const { receiverId, name: resource, provider } = share;
  return {
    async onDelivered(tx) {
      await tx.reshare.updateMany({ where: { siteId, id }, data: { toldRole: role } });
      await touchTopic(tx, siteId, [receiverId], "shares-received");
    },
    async onFailed(tx, { sentence: reason, hasGivenUp }) {
      if (!hasGivenUp || endedAt) return;
      if (toldRole === null) {
        // It can be asked for anew; and should the owner's cloud have it all the same, it ends there.
        await tx.reshare.updateMany({ where: { siteId, id }, data: { endedAt: new Date() } });
        await wantDelivered(tx, { siteId, provider, subjectKind: "reshare", subjectId: id });
      } else await tx.reshare.updateMany({ where: { siteId, id, role }, data: { role: toldRole } });
      const about = { shareId: id, receivedShareId: share.id, resource, name: share.senderName, provider };
      const failed = { ...about, whom: reshare.name, keptRole: toldRole, reason };
      await notify(tx, siteId, receiverId, "reshare-failed", failed, ["shares-received"]);
    },
  };
}
