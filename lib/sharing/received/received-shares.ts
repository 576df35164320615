import type { z } from "zod";
import { pool } from "@/lib/core/db";
import { notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { MUST_USE_MFA } from "@/lib/protocol/ocm/wire";
import { COULD_NOT_BE_TOLD, joinOtherCloud, OTHER_CLOUD } from "@/lib/sharing/internal/other-cloud";
import { placeOf } from "@/lib/sharing/internal/place";
import { type ReceivedSharePage, ReceivedShareView, type Untold } from "@/lib/sharing/schema";
import type { ReceivedShare } from "@/prisma/generated/client";

type Row = Pick<
  ReceivedShare,
  | "id"
  | "name"
  | "resourceType"
  | "senderName"
  | "provider"
  | "role"
  | "note"
  | "expiresAt"
  | "state"
  | "reachedAt"
  | "failure"
  | "createdAt"
> & {
  isFromContact: boolean;
  needsSecondFactor: boolean;
  isSuspended: boolean;
  path: string | null;
  untold: Untold | null;
};

const RECEIVED = `
  SELECT share.id, share.name, share."resourceType", share."senderName", share.provider, share.role, share.note,
         share."expiresAt", share.state, share."reachedAt", share.failure, share."createdAt",
         share.provider = '' OR share."contactId" IS NOT NULL AS "isFromContact",
         coalesce('${MUST_USE_MFA}' = ANY (share.requirements), false) AS "needsSecondFactor", place.path, ${OTHER_CLOUD}
    FROM "ReceivedShare" share ${joinOtherCloud("received-share")}
    LEFT JOIN "FileNode" mount ON mount."siteId" = share."siteId" AND mount."mountId" = share.id
    LEFT JOIN ${placeOf('share."siteId"', "mount.id")} place ON true
   WHERE share."siteId" = $1 AND share."receiverId" = $2`;

const LIST = `${RECEIVED} AND (share.state IN ('pending', 'accepted', 'revoked') OR ${COULD_NOT_BE_TOLD})
     AND ($3::uuid IS NULL OR share.id < $3)
   ORDER BY share.id DESC LIMIT $4`;

/**
 * What others share with a person, newest first: offers, what was accepted, what its sender has ended since, and what
 * was declined or left while its sender could not be told.
 * The last known state of each; no other cloud is asked.
 */
export async function listReceivedShares(
  { siteId, userId }: UserPrincipal,
  { after, limit = 100 }: { after?: string; limit?: number } = {},
): Promise<z.infer<typeof ReceivedSharePage>> {
  const { rows } = await pool().query<Row>(LIST, [siteId, userId, after ?? null, limit + 1]);
  const items = rows.slice(0, limit).map(viewReceivedShare);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** @throws SHARE_NOT_FOUND */
export async function getReceivedShare({ siteId, userId }: UserPrincipal, id: string): Promise<ReceivedShareView> {
  if (!isId(id)) throw noSuchOffer();
  const { rows } = await pool().query<Row>(`${RECEIVED} AND share.id = $3`, [siteId, userId, id]);
  if (!rows[0]) throw noSuchOffer();
  return viewReceivedShare(rows[0]);
}

/** Says the same of what is absent and of what was offered to somebody else. */
export const noSuchOffer = () => notFound("SHARE_NOT_FOUND", "There is no such share.");

function viewReceivedShare(row: Row): ReceivedShareView {
  const isOpen = row.state === "pending" || row.state === "accepted";
  return ReceivedShareView.parse({
    ...row,
    kind: row.resourceType,
    state: isOpen && row.expiresAt && row.expiresAt <= new Date() ? "expired" : row.state,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    reachedAt: row.reachedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  });
}
