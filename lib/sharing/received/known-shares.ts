import { pool } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { allowedInSql } from "@/lib/trust/provider-record";
import type { ReceivedShare } from "@/prisma/generated/client";

type Row = Pick<ReceivedShare, "senderName" | "provider" | "role" | "note" | "expiresAt" | "failure"> & {
  receivedShareId: string;
  isExpired: boolean;
  isAllowed: boolean;
};

/** What is known here of an accepted share; `problem` says why it cannot be opened. */
export type KnownShare = Omit<Row, "failure" | "isExpired" | "isAllowed"> & { problem: string | null };

const KNOWN = `
  SELECT share.id AS "receivedShareId", share."senderName", share.provider, share.role, share.note, share."expiresAt",
         share.failure, coalesce(share."expiresAt" <= now(), false) AS "isExpired",
         share.provider = '' OR ${allowedInSql("site", "peer")} AS "isAllowed"
    FROM "ReceivedShare" share
    JOIN "Site" site ON site.id = share."siteId"
    LEFT JOIN "Provider" peer ON peer."siteId" = share."siteId" AND peer.provider = share.provider
   WHERE share."siteId" = $1 AND share."receiverId" = $2 AND share.id = ANY ($3::uuid[])`;

/** What is known of these received shares of a person, in one statement; no other cloud is asked. */
export async function listKnownShares(
  { siteId, userId }: UserPrincipal,
  receivedShareIds: readonly string[],
): Promise<KnownShare[]> {
  if (receivedShareIds.length === 0) return [];
  const values = [siteId, userId, receivedShareIds];
  const { rows } = await pool().query<Row>({ name: "known-shares", text: KNOWN, values });
  return rows.map(({ failure, isExpired, isAllowed, ...share }) => ({
    ...share,
    problem: problemOf({ ...share, failure, isExpired, isAllowed }),
  }));
}

function problemOf({ isExpired, isAllowed, provider, failure }: Row): string | null {
  if (isExpired) return "The time for which this was shared is over.";
  if (!isAllowed) return `The administrators of your cloud do not allow exchange with ${provider}.`;
  return failure;
}
