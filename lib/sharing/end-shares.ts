import { db } from "@/lib/core/db";
import { inBatches } from "@/lib/sharing/internal/in-batches";
import { endRowHere } from "@/lib/sharing/received/end-row-here";
import { endResharesTo } from "@/lib/sharing/received/reshares";
import { endSentShares } from "@/lib/sharing/sent/end-sent-shares";
import { listSites } from "@/lib/sites/sites";

const SHARED_BELOW = `
  WITH RECURSIVE below AS (
    SELECT id FROM "FileNode" WHERE "siteId" = $1::uuid AND id = $2::uuid AND "purgedAt" IS NOT NULL
    UNION ALL
    SELECT child.id FROM below JOIN "FileNode" child ON child."siteId" = $1::uuid AND child."parentId" = below.id
     WHERE child."trashedAt" IS NULL OR child."purgedAt" IS NOT NULL
  )
  SELECT share.id FROM "SentShare" share JOIN below ON share."siteId" = $1::uuid AND share."nodeId" = below.id`;

/**
 * Ends every share of a thing that was deleted for good and of what is below it, before the rows go. What was deleted
 * on its own before can still be restored, and keeps its shares.
 */
export async function endSharesBelow({ siteId, nodeId }: { siteId: string; nodeId: string }): Promise<void> {
  const shares = await db().$queryRawUnsafe<{ id: string }[]>(SHARED_BELOW, siteId, nodeId);
  await inBatches(shares, async (tx, id) => {
    await endSentShares(tx, siteId, { id });
    await tx.sentShare.updateMany({ where: { siteId, id }, data: { nodeId: null } });
  });
}

/**
 * Ends all that is shared with a contact, in both directions, when the contact was removed by either side: also what he
 * had from others through our person, and what others offer by the identifier that was made for him. Nothing of one who
 * is in the address book again by the time the job runs.
 */
export async function endSharesWithContact(job: { siteId: string; contactId: string }): Promise<void> {
  const { siteId } = job;
  const which = { ...job, contact: { removedAt: { not: null } } };
  const sent = await db().sentShare.findMany({ where: { ...which, revokedAt: null }, select: { id: true } });
  await inBatches(sent, (tx, id) => endSentShares(tx, siteId, { ...which, id }));

  const contact = await db().contact.findFirst({ where: { siteId, id: job.contactId } });
  const endedByThem = contact?.endedByThem ?? false;
  // Also of who left the group that it was offered to, and may come back.
  const isStanding = { in: ["pending" as const, "accepted" as const, "absent" as const] };
  const received = await db().receivedShare.findMany({ where: { ...which, state: isStanding }, select: { id: true } });
  await inBatches(received, async (tx, among) => {
    const where = { ...which, id: among, state: isStanding };
    const state = endedByThem ? "revoked" : "left";
    const ended = await tx.receivedShare.updateManyAndReturn({ where, data: { state } });
    for (const share of ended) await endRowHere(tx, share, { tellsSender: !endedByThem });
  });
  await endResharesTo(which);
  await declineOffersVia(job);
}

/** What waits yet; what was accepted is between our person and its sender. */
async function declineOffersVia({ siteId, contactId }: { siteId: string; contactId: string }): Promise<void> {
  const which = { siteId, via: { id: contactId, removedAt: { not: null } }, state: "pending" as const };
  const waiting = await db().receivedShare.findMany({ where: which, select: { id: true } });
  await inBatches(waiting, async (tx, id) => {
    const data = { state: "declined" as const };
    const declined = await tx.receivedShare.updateManyAndReturn({ where: { ...which, id }, data });
    for (const share of declined) await endRowHere(tx, share, { tellsSender: true });
  });
}

/**
 * Wakes what must still end because of rows, whose own job got lost or gave up: shares with removed contacts, and
 * received shares that stand in somebody's files though their time is over. For the worker.
 */
export async function sweepEndedShares(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    await db().$executeRaw`
      SELECT graphile_worker.add_job('contact-removed', json_build_object('siteId', "siteId", 'contactId', id),
               job_key => 'contact-removed:' || id)
        FROM "Contact" contact
       WHERE "siteId" = ${siteId}::uuid AND "removedAt" IS NOT NULL
         AND (EXISTS (SELECT FROM "SentShare" share WHERE share."siteId" = contact."siteId"
                         AND share."contactId" = contact.id AND share."revokedAt" IS NULL)
           OR EXISTS (SELECT FROM "ReceivedShare" share WHERE share."siteId" = contact."siteId"
                         AND share."contactId" = contact.id AND share.state IN ('pending', 'accepted', 'absent'))
           OR EXISTS (SELECT FROM "ReceivedShare" share WHERE share."siteId" = contact."siteId"
                         AND share."viaContactId" = contact.id AND share.state = 'pending')
           OR EXISTS (SELECT FROM "Reshare" reshare WHERE reshare."siteId" = contact."siteId"
                         AND reshare."contactId" = contact.id AND reshare."endedAt" IS NULL))`;
    await db().$executeRaw`
      SELECT graphile_worker.add_job('expire-received-share', json_build_object('siteId', mount."siteId", 'id', share.id),
               job_key => 'expire-received-share:' || share.id)
        FROM "FileNode" mount
        JOIN "ReceivedShare" share ON share."siteId" = mount."siteId" AND share.id = mount."mountId"
       WHERE mount."siteId" = ${siteId}::uuid AND share."expiresAt" <= now()`;
  }
}
