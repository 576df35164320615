import { pool, type Queryable } from "@/lib/core/db";
import { quotaExceeded, uploadExpired } from "./refusals";

type Owner = { siteId: string; ownerId: string };

/** Longer than any pause between two renewals; what a killed process leaves is cleared after it. */
const LEASE_MINUTES = 15;
export const RENEW_EVERY = 5 * 60_000;

type Counting = { bytes?: string; owner?: string; from?: string };
/** What the expression is called, and what else has to hold. */
type AsPart = { name?: string; and?: string };

/** What the person `u` may use at most, beside the site `s`; null: anything. */
export const QUOTA = `coalesce(u."quota", s."defaultQuota")`;

/** All that the person `u` uses. */
export const USED = `(u."used" + (
  SELECT coalesce(sum(a."bytes"), 0)::bigint FROM "UsageLane" a WHERE a."siteId" = u."siteId" AND a."userId" = u."id"))`;

/**
 * For `WITH`: counts so many bytes to a person of site $1. `counted` has no row if there is no room for them, or if
 * there is none in `from`.
 */
export const countedBytes = (
  { bytes = "$3", owner = "$2", from }: Counting = {},
  { name = "counted", and = "true" }: AsPart = {},
) => `
${name} AS (
  UPDATE "User" u SET "used" = u."used" + ${bytes} FROM "Site" s${from ? `, ${from}` : ""}
  WHERE ${and} AND s."id" = u."siteId" AND u."siteId" = $1 AND u."id" = ${owner}
    AND (${bytes} <= 0 OR ${QUOTA} IS NULL OR ${USED} + ${bytes} <= ${QUOTA})
  RETURNING ${QUOTA} - ${USED} AS left
)`;

/** More than the uploads that one process has under way in one tree. */
const LANES = 16;
/** More than all short files that are being written at a moment. */
const MARGIN = 1024 * 1024;

/**
 * The same for what is new and short. As long as there is room enough nobody waits here for anybody's commit: what others
 * count at the same moment is not seen, and too little to matter. Near the quota it is counted like everything else.
 */
export const countedShort = ({ bytes, owner, from }: Required<Counting>) => `
aside AS (
  INSERT INTO "UsageLane" AS a ("siteId", "userId", "lane", "bytes")
  SELECT u."siteId", u."id", pg_backend_pid() % ${LANES}, ${bytes} FROM ${from}, "User" u JOIN "Site" s ON s."id" = u."siteId"
  WHERE u."siteId" = $1 AND u."id" = ${owner} AND (${QUOTA} IS NULL OR ${USED} + ${bytes} + ${MARGIN} <= ${QUOTA})
  ON CONFLICT ("siteId", "userId", "lane") DO UPDATE SET "bytes" = a."bytes" + excluded."bytes"
  RETURNING 1
), ${countedBytes({ bytes, owner, from }, { name: "exact", and: "NOT EXISTS (SELECT FROM aside)" })},
counted AS (SELECT FROM aside UNION ALL SELECT FROM exact)`;

/** For `WITH`: this commit need not reach the disk. Lost in a crash, it takes its upload with it: that one then fails. */
const UNHURRIED = `unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))`;

const OPEN_LEASE = `
WITH ${UNHURRIED}, ${countedBytes()}
INSERT INTO "UploadLease" ("siteId", "id", "ownerId", "leaseUntil", "reserved")
SELECT $1, $4, $2, now() + interval '${LEASE_MINUTES} minutes', $3 FROM counted, unhurried
RETURNING (SELECT counted.left FROM counted) AS left`;

const ADD_TO_LEASE = `
WITH ${UNHURRIED}, lease AS (
  SELECT l."id" FROM "UploadLease" l WHERE l."siteId" = $1 AND l."id" = $4 FOR UPDATE
), ${countedBytes({ from: "lease" })}, added AS (
  UPDATE "UploadLease" l SET "reserved" = l."reserved" + $3 FROM counted, unhurried
  WHERE l."siteId" = $1 AND l."id" = $4 RETURNING 1
)
SELECT EXISTS (SELECT FROM lease) AS "isOpen", EXISTS (SELECT FROM added) AS "isAdded"`;

const CLOSE_LEASE = `
WITH ${UNHURRIED}, closed AS (
  DELETE FROM "UploadLease" l USING unhurried WHERE l."siteId" = $1 AND l."id" = $2 RETURNING l."ownerId", l."reserved"
)
UPDATE "User" u SET "used" = u."used" - closed."reserved" FROM closed
WHERE u."siteId" = $1 AND u."id" = closed."ownerId"`;

/**
 * Keeps the bytes that will come under this id from being swept, and counts them where their number is known.
 * Returns how many more there is room for, or null without a limit.
 *
 * @throws QUOTA_EXCEEDED
 */
export async function openLease({ siteId, ownerId }: Owner, id: string, bytes: number): Promise<number | null> {
  const values = [siteId, ownerId, bytes, id];
  const { rows } = await pool().query<{ left: string | null }>({ name: "files-open-lease", text: OPEN_LEASE, values });
  if (!rows[0]) throw quotaExceeded();
  return rows[0].left === null ? null : Number(rows[0].left);
}

/** Counts bytes whose number is known only now. @throws QUOTA_EXCEEDED, UPLOAD_EXPIRED */
export async function addToLease({ siteId, ownerId }: Owner, id: string, bytes: number): Promise<void> {
  const values = [siteId, ownerId, bytes, id];
  const { rows } = await pool().query<{ isOpen: boolean; isAdded: boolean }>(ADD_TO_LEASE, values);
  if (!rows[0]?.isOpen) throw uploadExpired();
  if (!rows[0].isAdded) throw quotaExceeded();
}

export async function renewLease({ siteId }: Owner, id: string): Promise<void> {
  await pool().query(
    `UPDATE "UploadLease" SET "leaseUntil" = now() + interval '${LEASE_MINUTES} minutes' WHERE "siteId" = $1 AND "id" = $2`,
    [siteId, id],
  );
}

/**
 * Gives up an upload: what was counted for it is free again. False if there is no such lease: it came to an end before,
 * perhaps by a commit whose answer was lost, and its bytes must stay.
 */
export async function closeLease({ siteId }: Owner, id: string): Promise<boolean> {
  const { rowCount } = await pool().query(CLOSE_LEASE, [siteId, id]);
  return rowCount === 1;
}

/** Changes what a person uses, inside a transaction. @throws QUOTA_EXCEEDED if it grows beyond what there is room for */
export async function adjustUse(client: Queryable, { siteId, ownerId }: Owner, bytes: number): Promise<void> {
  if (bytes === 0) return;
  const { rowCount } = await client.query(`WITH ${countedBytes()} SELECT 1 FROM counted`, [siteId, ownerId, bytes]);
  if (rowCount === 0) throw quotaExceeded();
}
