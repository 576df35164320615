import { pool } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";

/** How many have been given something, and the names of the first of them. */
export type Recipients = { nodeId: string; count: number; names: string[] };

const FIRST = 3;
const RECIPIENTS = `
  SELECT share."nodeId", count(*)::int AS count,
         (array_agg(share."recipientName" ORDER BY share.id))[1:${FIRST}] AS names
    FROM "SentShare" share
   WHERE share."siteId" = $1 AND share."senderId" = $2 AND share."nodeId" = ANY ($3::uuid[])
     AND share."revokedAt" IS NULL AND share.answer <> 'declined'
     AND (share."expiresAt" IS NULL OR share."expiresAt" > now())
   GROUP BY share."nodeId"`;

/** With whom each of these nodes of a person is shared now or waits to be, in one statement; nodes with nobody are left out. */
export async function listRecipients(
  { siteId, userId }: UserPrincipal,
  nodeIds: readonly string[],
): Promise<Recipients[]> {
  if (nodeIds.length === 0) return [];
  const values = [siteId, userId, nodeIds];
  return (await pool().query<Recipients>({ name: "recipients-of-nodes", text: RECIPIENTS, values })).rows;
}
