import { inTransaction, pool, type Queryable } from "@/lib/core/db";
import { hasCode } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { countedBytes, QUOTA, USED } from "./lease";
import type { Scope } from "./scope";
import { childrenOf } from "./sql";

/** Of one file, whatever their age: what some program writes every second is not kept sixty times a minute. */
export const MOST_VERSIONS = 200;

/** Whose versions, and from where on in the tree: who writes through a share reaches those below it alone. */
type Reach = Pick<Scope, "siteId" | "ownerId" | "rootId">;

/** What a file held until now. */
export type Former = { blobId: string | null; size: string; modifiedAt: Date; writtenBy: string | null };

/** Counts what is new beside what was there, and keeps that. No row: there is no room for both. */
const KEEP = `
WITH ${countedBytes()}, version AS (
  INSERT INTO "FileVersion" ("siteId", "ownerId", "id", "nodeId", "blobId", "size", "writtenAt", "writtenBy")
  SELECT $1, $2, $4, $5, $6, $7, $8, $9 FROM counted
)
SELECT FROM counted`;

/**
 * Keeps what a file held as a version, in the transaction that replaces it, and counts the `bytes` that came on top of
 * it. False if nothing was counted: there is nothing to keep, or no room for both even without older versions.
 */
export async function keepFormer(
  client: Queryable,
  owner: Reach,
  former: Former & { nodeId: string },
  bytes: number,
): Promise<boolean> {
  const { nodeId, blobId, size, modifiedAt, writtenBy } = former;
  if (!blobId || Number(size) === 0) return false; // programs make a file before they write it
  const values = [owner.siteId, owner.ownerId, bytes, newId(), nodeId, blobId, size, modifiedAt, writtenBy];
  const keep = async () => (await client.query({ name: "files-keep-former", text: KEEP, values })).rowCount === 1;
  const isKept = (await keep()) || ((await freeVersions(client, owner, bytes)) && (await keep()));
  if (!isKept) return false;
  const { rows } = await client.query<{ id: string }>({ ...TOO_MANY, values: [owner.siteId, nodeId] });
  const ids = rows.map(({ id }) => id);
  await deleteVersions(client, owner, ids);
  return true;
}

const TOO_MANY = {
  name: "files-too-many-versions",
  text: `SELECT v."id" FROM "FileVersion" v WHERE v."siteId" = $1 AND v."nodeId" = $2 AND v."name" IS NULL
    ORDER BY v."replacedAt" DESC, v."id" DESC OFFSET ${MOST_VERSIONS}`,
};

const MISSING = `
SELECT ${USED} + $3 - ${QUOTA} AS missing FROM "User" u
JOIN "Site" s ON s."id" = u."siteId" WHERE u."siteId" = $1 AND u."id" = $2 FOR NO KEY UPDATE OF u`;

const BELOW = `
WITH RECURSIVE below AS (
  SELECT $2::uuid AS "id" UNION ALL SELECT c."id" FROM below b CROSS JOIN LATERAL ${childrenOf("$1", 'b."id"')} c
)
SELECT "id" FROM below`;

/** As many at a time as an upload mostly needs: they are read by their index, never all of them sorted. */
const AT_ONCE = 100;
const OLDEST = `
SELECT v."id", v."size", v."replacedAt" FROM "FileVersion" v
WHERE v."siteId" = $1 AND v."ownerId" = $2 AND v."name" IS NULL AND ($3::uuid[] IS NULL OR v."nodeId" = ANY($3))
  AND (v."replacedAt", v."id") > ($4, $5)
ORDER BY v."replacedAt", v."id" LIMIT ${AT_ONCE}`;

/**
 * Makes room for so many more bytes of a person by forgetting versions that nobody named, the oldest first. False if
 * that would not be enough: then all of them stay. To be called in a transaction, which may hold no version yet: whoever
 * changes versions holds their owner's row first, so that nobody waits crosswise, and sees what the last one left.
 */
export async function freeVersions(client: Queryable, reach: Reach, bytes: number): Promise<boolean> {
  const { siteId, ownerId } = reach;
  const room = await client.query<{ missing: string | null }>(MISSING, [siteId, ownerId, bytes]);
  const missing = room.rows[0]?.missing ?? null;
  if (missing === null) return false;
  const nodes = await nodesOf(client, reach);
  const ids: string[] = [];
  let freed = 0;
  let after: [Date, string] = [new Date(0), "00000000-0000-0000-0000-000000000000"];
  while (freed < Number(missing)) {
    type Row = { id: string; size: string; replacedAt: Date };
    const { rows } = await client.query<Row>(OLDEST, [siteId, ownerId, nodes, ...after]);
    for (const { id, size, replacedAt } of rows) {
      if (freed >= Number(missing)) break;
      freed += Number(size);
      ids.push(id);
      after = [replacedAt, id];
    }
    if (rows.length < AT_ONCE) break;
  }
  if (freed < Number(missing)) return false;
  await deleteVersions(client, reach, ids);
  return true;
}

/** The nodes that count, or null if all do. */
async function nodesOf(client: Queryable, { siteId, rootId }: Reach): Promise<string[] | null> {
  if (rootId === null) return null;
  return (await client.query<{ id: string }>(BELOW, [siteId, rootId])).rows.map(({ id }) => id);
}

/** Waits for its turn to change what a person uses and the versions of it; in a transaction, before any of them is touched. */
export async function lockOwner(client: Queryable, { siteId, ownerId }: Omit<Reach, "rootId">): Promise<void> {
  await client.query(`SELECT FROM "User" WHERE "siteId" = $1 AND "id" = $2 FOR NO KEY UPDATE`, [siteId, ownerId]);
}

const DELETE = `
WITH gone AS (
  DELETE FROM "FileVersion" v WHERE v."siteId" = $1 AND v."ownerId" = $2 AND v."id" = ANY($3) RETURNING v."size"
), freed AS (SELECT sum("size") AS bytes, count(*) AS number FROM gone), paid AS (
  UPDATE "User" u SET "used" = u."used" - freed.bytes FROM freed
  WHERE u."siteId" = $1 AND u."id" = $2 AND freed.bytes > 0
)
SELECT freed.number FROM freed`;

/** Deletes versions of a person and gives their room back; says how many there were. After `lockOwner`. */
export async function deleteVersions(
  client: Queryable,
  { siteId, ownerId }: Omit<Reach, "rootId">,
  ids: string[],
): Promise<number> {
  if (ids.length === 0) return 0;
  return Number((await client.query<{ number: string }>(DELETE, [siteId, ownerId, ids])).rows[0]?.number ?? 0);
}

/** How many bytes would be free without the versions that may go. */
export async function bytesOfVersions(reach: Reach): Promise<number> {
  const { rows } = await pool().query<{ bytes: string }>(
    `SELECT coalesce(sum("size"), 0) AS bytes FROM "FileVersion"
     WHERE "siteId" = $1 AND "ownerId" = $2 AND "name" IS NULL AND ($3::uuid[] IS NULL OR "nodeId" = ANY($3))`,
    [reach.siteId, reach.ownerId, await nodesOf(pool(), reach)],
  );
  return Number(rows[0]?.bytes ?? 0);
}

/** How often what was made free may be taken by somebody else before it is used. */
const TRIES = 10;

/**
 * Does what needs room; where there is none, again after versions have given way. `bytes` is asked only then. Only for
 * what has its bytes already: versions must not go for an upload that may never come.
 */
export async function withRoom<T>(reach: Reach, bytes: () => number, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!hasCode(error, "QUOTA_EXCEEDED") || tries === TRIES) throw error;
      if (!(await inTransaction("BEGIN", (client) => freeVersions(client, reach, bytes())))) throw error;
    }
  }
}
