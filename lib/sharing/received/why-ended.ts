import { pool } from "@/lib/core/db";
import { type AppError, notFound } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import type { ReceivedShare } from "@/prisma/generated/client";

type Row = Pick<ReceivedShare, "state" | "senderName"> & { isExpired: boolean };

/** A received share stands under its name, or under that with the giver's where another thing had it. */
const NEWEST = `
  SELECT state, "senderName", coalesce("expiresAt" <= now(), false) AS "isExpired"
    FROM "ReceivedShare"
   WHERE "siteId" = $1 AND "receiverId" = $2 AND $3 IN (name, name || ' (' || "senderName" || ')')
   ORDER BY id DESC LIMIT 1`;

/**
 * Why a received share stands under a name no more: SHARE_ENDED, SHARE_EXPIRED or SHARE_LEFT with a sentence. Null if
 * none did, as far as is known.
 */
export async function whyShareEnded({ siteId, userId }: UserPrincipal, name: string): Promise<AppError | null> {
  const { rows } = await pool().query<Row>(NEWEST, [siteId, userId, name]);
  const [share] = rows;
  if (!share || share.state === "pending" || share.state === "declined") return null;
  const { state, senderName, isExpired } = share;
  if (state === "revoked" || state === "absent")
    return notFound("SHARE_ENDED", `${senderName} no longer shares “${name}” with you.`);
  if (isExpired)
    return notFound("SHARE_EXPIRED", `The time for which ${senderName} shared “${name}” with you is over.`);
  if (state !== "left") return null;
  return notFound("SHARE_LEFT", `You left “${name}”. It is still with ${senderName}, who can share it with you again.`);
}
