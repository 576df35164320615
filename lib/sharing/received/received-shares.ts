import type { z } from "zod";
import { pool } from "@/lib/core/db";
import { notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { PublicJwk, thumbprint } from "@/lib/protocol/httpsig/jwk";
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
  request: RequestRow | null;
  needsSecondFactor: boolean;
  isSuspended: boolean;
  path: string | null;
  untold: Untold | null;
};

/** What is known of the cloud of somebody who is no contact. */
type RequestRow = { isVerified: boolean; cloudKnownSince: string | null; keys: unknown; ownKey: unknown };

const REQUEST = `CASE WHEN share.state = 'pending' AND share.provider <> '' AND share."contactId" IS NULL THEN
           json_build_object('isVerified', share."isVerified", 'cloudKnownSince', peer."firstSeenAt", 'keys', peer.keys,
             'ownKey', peer.discovery -> 'ownKey') END AS request`;

const RECEIVED = `
  SELECT share.id, share.name, share."resourceType", share."senderName", share.provider, share.role, share.note,
         share."expiresAt", share.state, share."reachedAt", share.failure, share."createdAt",
         share.provider = '' OR share."contactId" IS NOT NULL AS "isFromContact",
         coalesce('${MUST_USE_MFA}' = ANY (share.requirements), false) AS "needsSecondFactor", ${REQUEST}, place.path, ${OTHER_CLOUD}
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

function viewRequest({ isVerified, cloudKnownSince, keys, ownKey }: RequestRow) {
  const published = PublicJwk.array().safeParse(keys).data ?? [];
  const own = PublicJwk.safeParse(ownKey).data;
  const known = published.length > 0 || !own ? published : [own];
  const since = cloudKnownSince && new Date(cloudKnownSince).toISOString();
  return { isVerified, cloudKnownSince: since, keys: known.map(thumbprint) };
}

function viewReceivedShare(row: Row): ReceivedShareView {
  const isOpen = row.state === "pending" || row.state === "accepted";
  return ReceivedShareView.parse({
    ...row,
    request: row.request && viewRequest(row.request),
    kind: row.resourceType,
    state: isOpen && row.expiresAt && row.expiresAt <= new Date() ? "expired" : row.state,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    reachedAt: row.reachedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  });
}
