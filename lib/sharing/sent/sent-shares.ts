import type { z } from "zod";
import { pool, type Tx } from "@/lib/core/db";
import { notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { meansNobody } from "@/lib/delivery/failure";
import { CONTACT_VERIFIED, COULD_NOT_BE_TOLD, joinOtherCloud, OTHER_CLOUD } from "@/lib/sharing/internal/other-cloud";
import { placeOf } from "@/lib/sharing/internal/place";
import { type SentSharePage, type SentShareState, SentShareView, type Untold } from "@/lib/sharing/schema";
import { TAKES_NO_CHANGES } from "@/lib/sharing/sent/no-changes";
import type { SentShare } from "@/prisma/generated/client";

type Row = Pick<
  SentShare,
  | "id"
  | "nodeId"
  | "recipientName"
  | "provider"
  | "shareWith"
  | "role"
  | "note"
  | "needsSecondFactor"
  | "expiresAt"
  | "answer"
  | "isLeft"
  | "createdAt"
  | "revokedAt"
  | "toldRole"
  | "isToGroup"
  | "canReshare"
> & {
  isOfferedAgain: boolean;
  name: string | null;
  nodeKind: "file" | "folder" | null;
  resharedBy: string | null;
  isContactVerified: boolean;
  path: string | null;
  untold: Untold | null;
  isSuspended: boolean;
};

const SENT = `
  SELECT share.id, share."nodeId", share."recipientName", share.provider, share."shareWith", share.role, share.note,
         share."expiresAt", share.answer, share."isLeft", share."createdAt", share."revokedAt", share."toldRole",
         share."isToGroup", share."canReshare", share."offeredAs" IS NOT NULL AS "isOfferedAgain", ${CONTACT_VERIFIED},
         through."recipientName" AS "resharedBy", share."needsSecondFactor", node.name, node.kind AS "nodeKind", place.path, ${OTHER_CLOUD}
    FROM "SentShare" share ${joinOtherCloud("sent-share")}
    LEFT JOIN "SentShare" through ON through."siteId" = share."siteId" AND through.id = share."reshareOfId"
    LEFT JOIN "FileNode" node ON node."siteId" = share."siteId" AND node.id = share."nodeId"
    LEFT JOIN ${placeOf('share."siteId"', 'share."nodeId"')} place ON true
   WHERE share."siteId" = $1 AND share."senderId" = $2`;

/** The other cloud could not be told that a share ended, and counts on it still. */
const ENDED_UNTOLD = `${COULD_NOT_BE_TOLD} AND (share."toldRole" IS NOT NULL OR share.answer = 'accepted')
       AND coalesce(share."toldExpiresAt", 'infinity') > share."revokedAt"`;

const LIST = `${SENT} AND (share."revokedAt" IS NULL OR ${ENDED_UNTOLD})
     AND ($3::uuid IS NULL OR share."nodeId" = $3) AND ($4::uuid IS NULL OR share.id < $4)
   ORDER BY share.id DESC LIMIT $5`;

export type SentSharesQuery = { nodeId?: string; after?: string; limit?: number };

/**
 * What a person shares, newest first, or of one thing with whom. Shares that were revoked are among it only while the
 * other cloud could not be told.
 */
export async function listSentShares(
  { siteId, userId }: UserPrincipal,
  { nodeId, after, limit = 100 }: SentSharesQuery = {},
): Promise<z.infer<typeof SentSharePage>> {
  const { rows } = await pool().query<Row>(LIST, [siteId, userId, nodeId ?? null, after ?? null, limit + 1]);
  const items = rows.slice(0, limit).map(viewSentShare);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** @throws SHARE_NOT_FOUND */
export async function getSentShare({ siteId, userId }: UserPrincipal, id: string): Promise<SentShareView> {
  if (!isId(id)) throw noSuchShare();
  const { rows } = await pool().query<Row>(`${SENT} AND share.id = $3`, [siteId, userId, id]);
  if (!rows[0]) throw noSuchShare();
  return viewSentShare(rows[0]);
}

/** Says the same of what is absent and of what is somebody else's. */
const noSuchShare = () => notFound("SHARE_NOT_FOUND", "There is no such share.");

/**
 * The id again, of a share that this person sent.
 *
 * @throws SHARE_NOT_FOUND
 */
export async function requireOwnShare(tx: Tx, { siteId, userId }: UserPrincipal, id: string): Promise<string> {
  const own = isId(id) && (await tx.sentShare.count({ where: { siteId, id, senderId: userId } }));
  if (!own) throw noSuchShare();
  return id;
}

function viewSentShare(row: Row): SentShareView {
  const state = stateOf(row);
  const needNotKnow = state === "declined" || state === "left" || state === "expired";
  return SentShareView.parse({
    ...row,
    name: row.name ?? "",
    kind: row.nodeKind ?? "file",
    state,
    untold: needNotKnow ? null : row.untold,
    isNobodyThere: row.untold?.failure != null && meansNobody(row.untold.failure),
    takesNoChanges: row.untold?.failure === TAKES_NO_CHANGES,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  });
}

function stateOf(row: Row): SentShareState {
  if (row.revokedAt) return "revoked";
  if (row.answer === "declined") return row.isLeft ? "left" : "declined";
  if (row.expiresAt && row.expiresAt <= new Date()) return "expired";
  if (row.answer === "accepted") return "accepted";
  if (!row.provider || row.toldRole) return "delivered";
  return row.untold?.hasGivenUp ? "failed" : "queued";
}
