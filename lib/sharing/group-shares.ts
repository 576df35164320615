import { db } from "@/lib/core/db";
import { removeMount } from "@/lib/files/mounts";
import { notify } from "@/lib/notices/notices";
import { endSharesOfGroup, endSharesToGroup } from "@/lib/sharing/end-group-shares";
import { followGroupShares } from "@/lib/sharing/follow-group-shares";
import { findInGroup, STANDS, type Which } from "@/lib/sharing/internal/find-in-group";
import { inBatches } from "@/lib/sharing/internal/in-batches";
import { offerFromElsewhere, offerFromHere, standingWith } from "@/lib/sharing/offer-to-group";
import { aboutReceived } from "@/lib/sharing/received/offer";
import { listSites } from "@/lib/sites/sites";

/**
 * The job after a group has changed, or something was shared with it: each member has what is shared with the group as
 * a received share of his own, and nobody else has. Of a group that was deleted all of it ends. Can be done at any time
 * and however often.
 */
export async function settleGroupShares({ siteId, groupId }: Which): Promise<void> {
  const group = await db().group.findUnique({ where: { siteId_id: { siteId, id: groupId } } });
  if (!group) return;
  const which = { siteId, groupId };
  if (group.deletedAt) await endSharesToGroup(which);
  await followGroupShares(which);
  if (group.deletedAt) return endSharesOfGroup(which);
  await withdraw(which);
  await bringBack(which);
  await offerFromHere(which);
  await offerFromElsewhere(which);
}

const IS_MEMBER = `EXISTS (SELECT FROM "GroupMember" member WHERE member."siteId" = share."siteId"
     AND member."groupId" = share."groupId" AND member."userId" = share."receiverId")`;
const WITHDRAWN = `
  SELECT id FROM "ReceivedShare" share
   WHERE "siteId" = $1 AND "groupId" = $2 AND state IN ('pending', 'accepted') AND NOT ${IS_MEMBER}`;

/** From whoever is no member any more; what he had declined or left himself stays so. */
async function withdraw(which: Which): Promise<void> {
  const where = { ...which, state: { in: ["pending" as const, "accepted" as const] } };
  await inBatches(await findInGroup<{ id: string }>(WITHDRAWN, which), async (tx, id) => {
    const shares = await tx.receivedShare.updateManyAndReturn({ where: { ...where, id }, data: { state: "absent" } });
    for (const share of shares) {
      await removeMount(tx, share.siteId, share.id);
      const about = aboutReceived(share);
      await notify(tx, share.siteId, share.receiverId, "share-revoked", about, ["shares-received", "files"]);
    }
  });
}

const BACK = `
  SELECT share.id FROM "ReceivedShare" share
   WHERE share."siteId" = $1 AND share."groupId" = $2 AND share.state = 'absent' AND ${IS_MEMBER}
     AND CASE WHEN share.provider <> '' THEN share."secretEncrypted" IS NOT NULL
              ELSE share."providerId" IN (SELECT id::text FROM "SentShare" WHERE "siteId" = $1 AND "groupId" = $2 AND ${STANDS}) END`;

/** To whoever is a member again, as an offer, while it still stands. */
async function bringBack(which: Which): Promise<void> {
  const where = { ...which, state: "absent" as const };
  await inBatches(await findInGroup<{ id: string }>(BACK, which), async (tx, id) => {
    for (const { id: one, ...share } of await tx.receivedShare.findMany({ where: { ...where, id } })) {
      const { siteId, receiverId: userId, provider } = share;
      const { contactId, senderName } = share;
      const standing = provider ? await standingWith(tx, share, userId) : { contactId, senderName };
      if (!standing) continue;
      const data = { contactId: standing.contactId, senderName: standing.senderName, state: "pending" as const };
      const [back] = await tx.receivedShare.updateManyAndReturn({ where: { ...where, siteId, id: one }, data });
      if (back) await notify(tx, siteId, userId, "share-offered", aboutReceived(back), ["shares-received"]);
    }
  });
}

/** Does again what a lost job left: for the worker. */
export async function sweepGroupShares(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    await db().$executeRaw`
      SELECT graphile_worker.add_job('group-changed', json_build_object('siteId', "siteId", 'groupId', id),
               job_key => 'group-changed:' || id)
        FROM "Group" WHERE "siteId" = ${siteId}::uuid
         AND ("deletedAt" IS NULL OR "deletedAt" > now() - interval '7 days')`;
  }
}
