import { pool, type Statement } from "@/lib/core/db";
import { AppError, conflict } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { inTreeTogether } from "./internal/sql";
import type { StillAllowed, TreePath } from "./tree";

type Owner = { siteId: string; userId: string };

/** A lock that lasts. */
export type Lock = {
  id: string;
  /** As `lockPath` writes it. */
  path: string;
  isDeep: boolean;
  isExclusive: boolean;
  holder: string;
  secondsLeft: number;
};

/** Something that is about to change: all that is below it, too, or also which names its folder holds. */
export type Touched = { path: TreePath; isDeep?: boolean; inFolder?: boolean };

/** What comes or goes with all that is below it. */
export const whole = (path: TreePath): Touched => ({ path, isDeep: true, inFolder: true });

/** Locks of one person at once: each is looked through at each change. */
const MOST = 1000;
/** That hold for one place, when another is taken there: all of them are told of each thing they are on. */
const MOST_ON_ONE = 16;

/** A place among all that a person can reach, as locks name it. */
export const lockPath = (path: TreePath) => path.map((name) => `/${name.normalize("NFC")}`).join("");

/** Whether a lock holds for what stands at a place. */
export const coversPath = ({ path, isDeep }: Lock, at: string) => path === at || (isDeep && at.startsWith(`${path}/`));

const OF_OWNER = `l."siteId" = $1 AND l."ownerId" = $2 AND l."expiresAt" > now()`;
const COLUMNS = `l."id", l."path", l."isDeep", l."isExclusive", l."holder",
  greatest(1, round(extract(epoch FROM l."expiresAt" - now())))::int AS "secondsLeft"`;
const LIST = `SELECT ${COLUMNS} FROM "FileLock" l
WHERE l."siteId" = $1 AND l."ownerId" = $2 AND l."expiresAt" > now() ORDER BY l."path", l."id"`;
const covers = (lock: string, path: string) =>
  `(${lock}."path" = ${path} OR (${lock}."isDeep" AND starts_with(${path}, ${lock}."path" || '/')))`;

/**
 * The locks that stand in the way of a change to the places $3, of which $4 says whether all below is changed and $5 in
 * which folder names come or go; $6 are the locks that whoever changes it holds. Of shared locks on one thing, one that
 * is held is enough.
 *
 * @see RFC 4918, sections 6.2 and 7.4
 */
const IN_THE_WAY = `
FROM "FileLock" l WHERE ${OF_OWNER} AND l."id" <> ALL ($6::uuid[]) AND EXISTS (
  SELECT FROM unnest($3::text[], $4::bool[], $5::text[]) AS t("path", "isDeep", "folder")
  WHERE (${covers("l", `t."path"`)} OR l."path" = t."folder"
      OR (t."isDeep" AND starts_with(l."path", t."path" || '/')))
    AND (l."isExclusive" OR NOT EXISTS (
      SELECT FROM "FileLock" h
      WHERE h."siteId" = $1 AND h."ownerId" = $2 AND h."expiresAt" > now() AND h."id" = ANY ($6::uuid[])
        AND (${covers("h", `l."path"`)} OR (${covers("l", `h."path"`)} AND ${covers("h", `t."path"`)})))))`;

const valuesOf = ({ siteId, userId }: Owner, touched: Touched[], held: string[]) => [
  ...[siteId, userId, touched.map(({ path }) => lockPath(path)), touched.map(({ isDeep = false }) => isDeep)],
  touched.map(({ path, inFolder }) => (inFolder && path.length > 0 ? lockPath(path.slice(0, -1)) : null)),
  held,
];

/** All locks of a person that last. */
export async function listLocks({ siteId, userId }: Owner): Promise<Lock[]> {
  const { rows } = await pool().query<Lock>({ name: "locks-of-person", text: LIST, values: [siteId, userId] });
  return rows;
}

/** The locks that stand in the way of a change by whoever holds those named. */
export async function locksInTheWay(owner: Owner, touched: Touched[], held: string[]): Promise<Lock[]> {
  const text = `SELECT ${COLUMNS} ${IN_THE_WAY}`;
  const values = valuesOf(owner, touched, held);
  return (await pool().query<Lock>({ name: "locks-in-the-way", text, values })).rows;
}

/** That none stands in the way, for the transaction of the change. Refuses with LOCKED (423). */
export function isUnlocked(owner: Owner, touched: Touched[], held: string[]): StillAllowed {
  const text = `SELECT 1 / (count(*) = 0)::int ${IN_THE_WAY}`;
  const statement: Statement = { name: "is-unlocked", text, values: valuesOf(owner, touched, held) };
  const refuse = async () => {
    if ((await locksInTheWay(owner, touched, held)).length > 0) throw locked();
  };
  return { statements: [statement], refuse };
}

type Wish = { path: TreePath; isDeep: boolean; isExclusive: boolean; holder: string; seconds: number };

const TAKE = {
  name: "take-lock",
  text: `
WITH gone AS (DELETE FROM "FileLock" l WHERE l."siteId" = $1 AND l."ownerId" = $2 AND l."expiresAt" <= now()
), conflicting AS (
  SELECT l."id" FROM "FileLock" l WHERE ${OF_OWNER} AND (l."isExclusive" OR $6)
    AND (${covers("l", "$4")} OR ($5 AND starts_with(l."path", $4 || '/')))
)
INSERT INTO "FileLock" AS l ("siteId", "ownerId", "id", "path", "isDeep", "isExclusive", "holder", "expiresAt")
SELECT $1, $2, $3, $4, $5, $6, $7, now() + $8 * interval '1 second'
WHERE NOT EXISTS (SELECT FROM conflicting) AND (SELECT count(*) FROM "FileLock" l WHERE ${OF_OWNER}) < ${MOST}
  AND (SELECT count(*) FROM "FileLock" l WHERE ${OF_OWNER} AND ${covers("l", "$4")}) < ${MOST_ON_ONE}
RETURNING ${COLUMNS}`,
};

/**
 * Locks a place, so that what is at it, or also all below it, changes only for whoever names the lock. No change that is
 * under way comes after it.
 *
 * @throws LOCKED (423) if another lock forbids it, TOO_MANY_LOCKS
 * @see RFC 4918, section 9.10
 */
export async function takeLock(owner: Owner, wish: Wish, stillAllowed?: StillAllowed): Promise<Lock> {
  const { siteId, userId } = owner;
  const { path, isDeep, isExclusive, holder, seconds } = wish;
  const values = [siteId, userId, newId(), lockPath(path), isDeep, isExclusive, holder, seconds];
  const scope = { siteId, ownerId: userId, stillAllowed };
  const { rows } = await inTreeTogether(scope, "exclusive", (client) => client.query<Lock>({ ...TAKE, values }));
  const [taken] = rows;
  if (taken) return taken;
  const locks = await listLocks(owner);
  const onThis = locks.filter((lock) => coversPath(lock, lockPath(path)));
  const isFull = locks.length >= MOST || (!isExclusive && onThis.length >= MOST_ON_ONE);
  if (!isFull) throw locked();
  throw conflict("TOO_MANY_LOCKS", "Too much of this is locked at the moment. Unlock something first.");
}

/** Lets a lock last so many seconds from now on; null if there is none. */
export async function refreshLock({ siteId, userId }: Owner, id: string, seconds: number): Promise<Lock | null> {
  const text = `UPDATE "FileLock" l SET "expiresAt" = now() + $4 * interval '1 second' WHERE ${OF_OWNER} AND l."id" = $3
     RETURNING ${COLUMNS}`;
  const { rows } = await pool().query<Lock>({ name: "refresh-lock", text, values: [siteId, userId, id, seconds] });
  return rows[0] ?? null;
}

/** Ends a lock; false if there was none. */
export async function endLock({ siteId, userId }: Owner, id: string): Promise<boolean> {
  const text = `DELETE FROM "FileLock" l WHERE l."siteId" = $1 AND l."ownerId" = $2 AND l."id" = $3`;
  const { rowCount } = await pool().query({ name: "end-lock", text, values: [siteId, userId, id] });
  return rowCount === 1;
}

/** Ends the locks of what has gone from a place, or of what was below it only: they do not go along. */
export async function endLocksAt({ siteId, userId }: Owner, path: TreePath, { onlyBelow = false } = {}): Promise<void> {
  const text = `DELETE FROM "FileLock" l WHERE l."siteId" = $1 AND l."ownerId" = $2
       AND (starts_with(l."path", $3 || '/') OR (l."path" = $3 AND NOT $4))`;
  await pool().query({ name: "end-locks-at", text, values: [siteId, userId, lockPath(path), onlyBelow] });
}

const locked = () =>
  new AppError(423, "LOCKED", "A program has this open and has locked it. Close it there, or try again later.");
