import type { z } from "zod";
import { pool } from "@/lib/core/db";
import { notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { PublicJwk, thumbprint } from "@/lib/protocol/httpsig/jwk";
import { MUST_USE_MFA } from "@/lib/protocol/ocm/wire";
import { ENDED_FOR_GROUP, JOIN_GIVEN } from "@/lib/sharing/internal/group-offers";
import { CONTACT_VERIFIED, COULD_NOT_BE_TOLD, joinOtherCloud, OTHER_CLOUD } from "@/lib/sharing/internal/other-cloud";
import { placeOf } from "@/lib/sharing/internal/place";
import { type ReceivedSharePage, ReceivedShareView, type Untold } from "@/lib/sharing/schema";
import { keysThatCount } from "@/lib/trust/counting-keys";
import { knownDocument } from "@/lib/trust/provider-record";
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
  groupName: string | null;
  isFromContact: boolean;
  isContactVerified: boolean;
  request: RequestRow | null;
  needsSecondFactor: boolean;
  isSuspended: boolean;
  path: string | null;
  untold: Untold | null;
};

/** What is known of the cloud of somebody who is no contact. */
type RequestRow = Pick<NonNullable<ReceivedShareView["request"]>, "isVerified" | "cloudKnownSince" | "via"> & {
  keys: unknown;
  discovery: unknown;
};

const REQUEST = `CASE WHEN share.state = 'pending' AND share.provider <> '' AND share."contactId" IS NULL THEN
           json_build_object('isVerified', share."isVerified", 'cloudKnownSince', peer."firstSeenAt", 'keys', peer.keys,
             'discovery', peer.discovery,
             'via', CASE WHEN via.id IS NOT NULL THEN
               json_build_object('name', via."displayName", 'provider', via.provider) END) END AS request`;

const RECEIVED = `
  SELECT share.id, share.name, share."resourceType", share."senderName", share.provider, share.role, share.note,
         share."expiresAt", CASE WHEN ${ENDED_FOR_GROUP} THEN 'revoked' ELSE share.state END AS state, share."reachedAt", share.failure, share."createdAt",
         "group".name AS "groupName", share.provider = '' OR share."contactId" IS NOT NULL AS "isFromContact", ${CONTACT_VERIFIED},
         coalesce('${MUST_USE_MFA}' = ANY (share.requirements), false) AS "needsSecondFactor", ${REQUEST}, place.path, ${OTHER_CLOUD}
    FROM "ReceivedShare" share ${joinOtherCloud("received-share")} ${JOIN_GIVEN}
    LEFT JOIN "Group" "group" ON "group"."siteId" = share."siteId" AND "group".id = share."groupId"
    LEFT JOIN "Contact" via ON via."siteId" = share."siteId" AND via.id = share."viaContactId"
    LEFT JOIN "FileNode" mount ON mount."siteId" = share."siteId" AND mount."mountId" = share.id
    LEFT JOIN ${placeOf('share."siteId"', "mount.id")} place ON true
   WHERE share."siteId" = $1 AND share."receiverId" = $2 AND share.state <> 'absent'`;

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

function viewRequest({ isVerified, cloudKnownSince, discovery, via, ...stored }: RequestRow) {
  const keys = PublicJwk.array().safeParse(stored.keys).data ?? [];
  const known = keysThatCount({
    discovery: knownDocument({ discovery, dialect: null, signature: null, lastSignature: null }),
    keys,
  });
  const since = cloudKnownSince && new Date(cloudKnownSince).toISOString();
  return { isVerified, cloudKnownSince: since, keys: known.map(thumbprint), via };
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
