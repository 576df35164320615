import { pool } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { MUST_USE_MFA } from "@/lib/protocol/ocm/wire";
import { JOIN_RULE, SUSPENDED } from "@/lib/sharing/internal/other-cloud";
import type { ReceivedShare } from "@/prisma/generated/client";

type Row = Pick<ReceivedShare, "senderName" | "provider" | "role" | "canReshare" | "note" | "expiresAt" | "failure"> & {
  receivedShareId: string;
  isExpired: boolean;
  isSuspended: boolean;
  needsSecondFactor: boolean;
};

/** What is known here of an accepted share; `problem` says why it cannot be opened. */
export type KnownShare = Omit<Row, "failure" | "isExpired" | "isSuspended"> & { problem: string | null };

const KNOWN = `
  SELECT share.id AS "receivedShareId", share."senderName", share.provider, share.role, share."canReshare", share.note, share."expiresAt",
         share.failure, coalesce(share."expiresAt" <= now(), false) AS "isExpired",
         coalesce('${MUST_USE_MFA}' = ANY (share.requirements), false) AS "needsSecondFactor",
         ${SUSPENDED} AS "isSuspended"
    FROM "ReceivedShare" share ${JOIN_RULE}
   WHERE share."siteId" = $1 AND share."receiverId" = $2 AND share.id = ANY ($3::uuid[])`;

/** What is known of these received shares of a person, in one statement; no other cloud is asked. */
export async function listKnownShares(
  { siteId, userId }: UserPrincipal,
  receivedShareIds: readonly string[],
): Promise<KnownShare[]> {
  if (receivedShareIds.length === 0) return [];
  const values = [siteId, userId, receivedShareIds];
  const { rows } = await pool().query<Row>({ name: "known-shares", text: KNOWN, values });
  return rows.map(({ failure, isExpired, isSuspended, ...share }) => ({
    ...share,
    problem: problemOf({ ...share, failure, isExpired, isSuspended }),
  }));
}

function problemOf({ isExpired, isSuspended, provider, failure }: Row): string | null {
  if (isExpired) return "The time for which this was shared is over.";
  if (isSuspended) return `The administrators of your cloud do not allow exchange with ${provider}.`;
  return failure;
}
