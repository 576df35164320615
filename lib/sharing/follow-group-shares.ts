import { findInGroup, type Which } from "@/lib/sharing/internal/find-in-group";
import { ENDED_FOR_GROUP, JOIN_GIVEN } from "@/lib/sharing/internal/group-offers";
import { inBatches } from "@/lib/sharing/internal/in-batches";
import { followChange } from "@/lib/sharing/received/change-received-share";
import { endReceivedRows } from "@/lib/sharing/received/end-received-share";
import type { ReceivedShare } from "@/prisma/generated/client";

const ENDED = `
  SELECT share.id FROM "ReceivedShare" share ${JOIN_GIVEN}
   WHERE share."siteId" = $1::uuid AND share."groupId" = $2::uuid AND ${ENDED_FOR_GROUP}`;

/** What a share with the group grants: of this site its own row says it, of another cloud the first member's. */
const GRANTED = `
  WITH granted AS (
    SELECT '' AS provider, id::text AS "providerId", role, "expiresAt", note, "canReshare" FROM "SentShare"
     WHERE "siteId" = $1::uuid AND "groupId" = $2::uuid AND "revokedAt" IS NULL
    UNION ALL (
    SELECT DISTINCT ON (provider, "providerId") provider, "providerId", role, "expiresAt", note, "canReshare"
      FROM "ReceivedShare"
     WHERE "siteId" = $1::uuid AND "groupId" = $2::uuid AND provider <> '' AND state <> 'revoked'
     ORDER BY provider, "providerId", id)
  )`;
const DIFFERS = `share.state <> 'revoked'
     AND share.provider = granted.provider AND share."providerId" = granted."providerId"
     AND (share.role, share."expiresAt", share.note, share."canReshare") IS DISTINCT FROM
         (granted.role, granted."expiresAt", granted.note, granted."canReshare")`;
const CHANGED = `${GRANTED} SELECT share.id FROM granted, "ReceivedShare" share
   WHERE share."siteId" = $1::uuid AND share."groupId" = $2::uuid AND ${DIFFERS}`;
const CHANGE = `${GRANTED}
  UPDATE "ReceivedShare" share SET role = granted.role, "expiresAt" = granted."expiresAt", note = granted.note,
         "canReshare" = granted."canReshare"
    FROM granted
   WHERE share."siteId" = $1::uuid AND share."groupId" = $2::uuid AND share.id = ANY ($3::uuid[]) AND ${DIFFERS}
  RETURNING share.*`;

/** Lets the members' rows follow what has ended or changed for their group, however many there are. */
export async function followGroupShares(which: Which): Promise<void> {
  await inBatches(await findInGroup<{ id: string }>(ENDED, which), (tx, id) => endReceivedRows(tx, { ...which, id }));

  await inBatches(await findInGroup<{ id: string }>(CHANGED, which), async (tx, id) => {
    const rows = await tx.$queryRawUnsafe<ReceivedShare[]>(CHANGE, which.siteId, which.groupId, id.in);
    for (const share of rows) await followChange(tx, share);
  });
}
