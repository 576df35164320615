import { pool } from "@/lib/core/db";
import { AppError, notFound, tooMany } from "@/lib/core/errors";
import { isId, newId } from "@/lib/core/ids";
import { countedBytes } from "../internal/lease";
import { quotaExceeded } from "../internal/refusals";
import type { StillAllowed } from "../tree";
import { makePartFile, removePartFile } from "./part-files";

export type Owner = { siteId: string; userId: string };

/** An upload that goes on over several requests, or a part of one. */
export type Upload = {
  id: string;
  length: number;
  /** What of it need not be sent again. */
  offset: number;
  /** Upload-Metadata and Upload-Concat, as the client wrote them. */
  metadata: string;
  concat: string | null;
  expiresAt: Date;
  /** The path of the file, once it is one. */
  location: string | null;
};

/** How long an upload is kept without a byte. What of it came counts to its owner until then. */
const KEPT = "interval '3 days'";
/** Of one person, begun and not ended: each is a file and a row. */
const MOST_OPEN = 1000;

const COLUMNS = `"id", "length"::float8, "offset"::float8, "metadata", "concat", "expiresAt", "location"`;

/** Whether this is a part of a file, and no file by itself. */
export const isPart = ({ concat }: Pick<Upload, "concat">): boolean => concat === "partial";

const CREATE = `
WITH ${countedBytes()}
INSERT INTO "ResumableUpload" ("siteId", "id", "ownerId", "length", "reserved", "metadata", "concat", "expiresAt")
SELECT $1, $4, $2, $3, $3, $5, $6, now() + ${KEPT} FROM counted
RETURNING ${COLUMNS}`;

/**
 * Begins an upload. All that will come is counted now: who has no room for it learns so before sending a byte.
 *
 * @throws QUOTA_EXCEEDED, TOO_MANY_UPLOADS
 * @see tus 1.0, "Creation"
 */
export async function createUpload(
  { siteId, userId }: Owner,
  { length, metadata, concat }: Pick<Upload, "length" | "metadata" | "concat">,
): Promise<Upload> {
  const counted = await pool().query<{ count: number }>(
    `SELECT count(*)::int FROM "ResumableUpload" WHERE "siteId" = $1 AND "ownerId" = $2 AND "location" IS NULL`,
    [siteId, userId],
  );
  if ((counted.rows[0]?.count ?? 0) >= MOST_OPEN) {
    throw tooMany("TOO_MANY_UPLOADS", "Too many of your uploads have not ended. Go on with some of them first.");
  }
  const id = newId();
  const { rows } = await pool().query<Upload>(CREATE, [siteId, userId, length, id, metadata, concat]);
  if (!rows[0]) throw quotaExceeded();
  try {
    await makePartFile({ siteId, id });
  } catch (error) {
    await removeUpload({ siteId, userId }, id);
    throw error;
  }
  return rows[0];
}

/** @throws UPLOAD_NOT_FOUND, UPLOAD_GONE (410) */
export async function getUpload(owner: Owner, id: string): Promise<Upload> {
  const [upload] = await findUploads(owner, [id]);
  if (!upload) throw noSuchUpload();
  if (upload.expiresAt <= new Date()) throw uploadGone();
  return upload;
}

/** Those of these that there are, in the order in which they were named. */
export async function findUploads({ siteId, userId }: Owner, ids: string[]): Promise<Upload[]> {
  if (!ids.every(isId)) return [];
  const { rows } = await pool().query<Upload>(
    `SELECT ${COLUMNS} FROM "ResumableUpload" WHERE "siteId" = $1 AND "ownerId" = $2 AND "id" = ANY($3)`,
    [siteId, userId, ids],
  );
  return ids.flatMap((id) => rows.find((row) => row.id === id) ?? []);
}

/** What these parts have been put together to, if that was done. */
export async function findJoined({ siteId, userId }: Owner, concat: string): Promise<Upload | null> {
  const { rows } = await pool().query<Upload>(
    `SELECT ${COLUMNS} FROM "ResumableUpload" WHERE "siteId" = $1 AND "ownerId" = $2 AND "concat" = $3 LIMIT 1`,
    [siteId, userId, concat],
  );
  return rows[0] ?? null;
}

/** Makes the next one to write this one. @throws UPLOAD_NOT_FOUND */
export async function takeTurn({ siteId, userId }: Owner, id: string): Promise<string> {
  const turn = newId();
  const { rowCount } = await pool().query(
    `UPDATE "ResumableUpload" SET "turn" = $4 WHERE "siteId" = $1 AND "ownerId" = $2 AND "id" = $3`,
    [siteId, userId, id, turn],
  );
  if (rowCount === 0) throw noSuchUpload();
  return turn;
}

/**
 * Lets a file be made of uploads by who asks for it now, and by nobody who began before: `stillMine` is for the transaction
 * in which that file is made, and keeps others from making it until that ends.
 *
 * @throws UPLOAD_NOT_FOUND; `stillMine` UPLOAD_BUSY (503)
 */
export async function beginFile({ siteId, userId }: Owner, ids: string[]): Promise<{ stillMine: StillAllowed }> {
  if (!ids.every(isId)) throw noSuchUpload();
  const maker = newId();
  const values = [siteId, userId, ids, maker];
  const { rowCount } = await pool().query(
    `UPDATE "ResumableUpload" SET "maker" = $4 WHERE "siteId" = $1 AND "ownerId" = $2 AND "id" = ANY($3)`,
    values,
  );
  if (rowCount !== ids.length) throw noSuchUpload();
  const text = `SELECT 1 / (count(*) = cardinality($3::uuid[]))::int FROM (
    SELECT FROM "ResumableUpload" WHERE "siteId" = $1 AND "ownerId" = $2 AND "id" = ANY($3) AND "maker" = $4
       AND "location" IS NULL FOR SHARE) mine`;
  const refuse = async () => {
    const count = `SELECT count(*)::int FROM "ResumableUpload"
      WHERE "siteId" = $1 AND "ownerId" = $2 AND "id" = ANY($3) AND "maker" = $4 AND "location" IS NULL`;
    const { rows } = await pool().query<{ count: number }>(count, values);
    if (rows[0]?.count !== ids.length) throw uploadBusy();
  };
  return { stillMine: { statements: [{ name: "upload-still-mine", text, values }], refuse } };
}

/** Acknowledges bytes that are on disk, and keeps the upload longer. @throws UPLOAD_TAKEN_OVER */
export async function noteOffset({ siteId, userId }: Owner, id: string, turn: string, offset: number): Promise<void> {
  const { rowCount } = await pool().query(
    `UPDATE "ResumableUpload" SET "offset" = $5, "expiresAt" = now() + ${KEPT}
     WHERE "siteId" = $1 AND "ownerId" = $2 AND "id" = $3 AND "turn" = $4 AND "location" IS NULL`,
    [siteId, userId, id, turn, offset],
  );
  if (rowCount === 0) throw takenOver();
}

const GIVE_BACK = `
WITH held AS (
  SELECT "id", "reserved" FROM "ResumableUpload"
  WHERE "siteId" = $1 AND "ownerId" = $2 AND "id" = ANY($3) FOR UPDATE
), freed AS (
  UPDATE "ResumableUpload" u SET "reserved" = 0, "expiresAt" = now() + ${KEPT} FROM held
  WHERE u."siteId" = $1 AND u."id" = held."id"
)
UPDATE "User" u SET "used" = u."used" - (SELECT coalesce(sum("reserved"), 0) FROM held)
WHERE u."siteId" = $1 AND u."id" = $2`;

/** Counts again what is not counted, of one site. */
const takeAgain = (which: string) => `
WITH held AS (
  SELECT "id", "ownerId", "length" FROM "ResumableUpload"
  WHERE "siteId" = $1 AND ${which} AND "reserved" = 0 AND "location" IS NULL FOR UPDATE
), taken AS (
  UPDATE "ResumableUpload" u SET "reserved" = held."length" FROM held WHERE u."siteId" = $1 AND u."id" = held."id"
), owed AS (SELECT "ownerId", sum("length") AS bytes FROM held GROUP BY 1)
UPDATE "User" u SET "used" = u."used" + owed.bytes FROM owed WHERE u."siteId" = $1 AND u."id" = owed."ownerId"`;

/**
 * Lets go of the room of uploads while `work` makes a file of them, which counts that for itself. If it fails they get it
 * back, also where somebody else has taken it meanwhile: their bytes are there.
 */
export async function insteadOf<T>({ siteId, userId }: Owner, ids: string[], work: () => Promise<T>): Promise<T> {
  await pool().query(GIVE_BACK, [siteId, userId, ids]);
  try {
    return await work();
  } catch (error) {
    await pool().query(takeAgain(`"ownerId" = $2 AND "id" = ANY($3)`), [siteId, userId, ids]);
    throw error;
  }
}

/** Longer than a file is made of an upload, or it counts twice meanwhile. */
const MADE_WITHIN = "interval '1 hour'";

/** Counts what a process that died while it made files of them has left uncounted. */
export async function countForgotten(siteId: string): Promise<void> {
  await pool().query(takeAgain(`"expiresAt" < now() + ${KEPT} - ${MADE_WITHIN}`), [siteId]);
}

const END = `
WITH held AS (
  SELECT "id", "reserved" FROM "ResumableUpload" WHERE "siteId" = $1 AND "ownerId" = $2 AND "id" = $3 FOR UPDATE
), ended AS (
  UPDATE "ResumableUpload" u SET "offset" = "length", "reserved" = 0, "location" = $4 FROM held
  WHERE u."siteId" = $1 AND u."id" = held."id"
)
UPDATE "User" u SET "used" = u."used" - held."reserved" FROM held WHERE u."siteId" = $1 AND u."id" = $2`;

/** The upload is the file at this place now; its own bytes are no longer needed. */
export async function endUpload({ siteId, userId }: Owner, id: string, location: string): Promise<void> {
  await pool().query(END, [siteId, userId, id, location]);
  await removePartFile({ siteId, id });
}

const END_PARTS = `
WITH held AS (
  SELECT "id", "reserved", "length" FROM "ResumableUpload"
  WHERE "siteId" = $1 AND "ownerId" = $2 AND "id" = ANY($4) FOR UPDATE
), ended AS (
  UPDATE "ResumableUpload" u SET "reserved" = 0, "location" = $5 FROM held WHERE u."siteId" = $1 AND u."id" = held."id"
), given AS (
  UPDATE "User" u SET "used" = u."used" - (SELECT coalesce(sum("reserved"), 0) FROM held)
  WHERE u."siteId" = $1 AND u."id" = $2
)
INSERT INTO "ResumableUpload" ("siteId", "id", "ownerId", "length", "offset", "metadata", "concat", "expiresAt", "location")
SELECT $1, $3, $2, sum("length"), sum("length"), $6, $7, now() + ${KEPT}, $5 FROM held
RETURNING ${COLUMNS}`;

/** The same for parts: what they have become is an upload of its own, so that who asks twice learns of one file. */
export async function endParts(
  { siteId, userId }: Owner,
  ids: string[],
  { location, metadata, concat }: { location: string; metadata: string; concat: string },
): Promise<Upload> {
  const values = [siteId, userId, newId(), ids, location, metadata, concat];
  const { rows } = await pool().query<Upload>(END_PARTS, values);
  for (const id of ids) await removePartFile({ siteId, id });
  return rows[0] as Upload;
}

const REMOVE = `
WITH gone AS (
  DELETE FROM "ResumableUpload" WHERE "siteId" = $1 AND "ownerId" = $2 AND "id" = $3 RETURNING "reserved"
), given AS (
  UPDATE "User" u SET "used" = u."used" - gone."reserved" FROM gone WHERE u."siteId" = $1 AND u."id" = $2
)
SELECT FROM gone`;

/** Gives an upload up. What it became, if it was whole, stays. @throws UPLOAD_NOT_FOUND */
export async function removeUpload({ siteId, userId }: Owner, id: string): Promise<void> {
  const { rowCount } = await pool().query(REMOVE, [siteId, userId, id]);
  if (rowCount === 0) throw noSuchUpload();
  await removePartFile({ siteId, id });
}

export const noSuchUpload = () => notFound("UPLOAD_NOT_FOUND", "There is no such upload.");
export const uploadGone = () =>
  new AppError(410, "UPLOAD_GONE", "The upload was interrupted for too long. Begin it again.");
export const uploadBusy = () =>
  new AppError(503, "UPLOAD_BUSY", "Another request is still at work on this upload. Try again in a moment.", {
    retryAfter: 5,
  });
export const takenOver = () => new AppError(409, "UPLOAD_TAKEN_OVER", "The upload goes on in another request.");
