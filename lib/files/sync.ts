import { pool, type Queryable } from "@/lib/core/db";
import { KEPT_DAYS } from "./changes";
import { inTree } from "./internal/sql";

type Owner = { siteId: string; userId: string };
/** The names in a folder of what came or changed, or holds something that did, and of what went. */
export type FolderChanges = { token: string; changed: string[]; gone: string[] };

/** More are not told one by one: whoever missed so many reads the folder anew. */
const MOST = 1000;
const PREFIX = "urn:x-tessera:sync:";
/** The folder, the number and time of the last change then, and when it was given. */
const TOKEN = /^urn:x-tessera:sync:([0-9a-f-]{36}):(\d{1,18}-\d{1,15}):(\d{1,12})$/;

const SINCE = `
WITH since AS (
  SELECT c."nodeId", c."ancestors", c."formerParentId", c."formerName" FROM "FileChange" c
  WHERE c."siteId" = $1 AND c."ownerId" = $2 AND c."id" > $4 AND c."ancestors" @> ARRAY[$3::uuid]
), touched AS (
  SELECT DISTINCT unnest(s."ancestors" || s."nodeId") AS "id" FROM since s
), changed AS (
  SELECT n."name" FROM touched t
  JOIN "FileNode" n ON n."siteId" = $1 AND n."ownerId" = $2 AND n."id" = t."id" AND n."parentId" = $3
  WHERE n."trashedAt" IS NULL
)
SELECT "name", true AS "isThere" FROM changed
UNION ALL
SELECT DISTINCT s."formerName", false FROM since s
WHERE s."formerParentId" = $3 AND NOT EXISTS (
  SELECT FROM "FileNode" n
  WHERE n."siteId" = $1 AND n."ownerId" = $2 AND n."parentId" = $3 AND n."name" = s."formerName" AND n."trashedAt" IS NULL)
ORDER BY 2, 1 LIMIT ${MOST + 1}`;

/** A change by its number and its time: after a restore of the database, others have the same numbers. */
const MARK = `c."id" || '-' || floor(extract(epoch FROM c."at") * 1000)::bigint`;
const NONE = "0-0";

/** The last change of the site. Alone in the tree one sees all of its own: a later one of it has a later number. */
async function lastChange(client: Queryable, siteId: string): Promise<string> {
  const text = `SELECT ${MARK} AS "mark" FROM "FileChange" c WHERE c."siteId" = $1 ORDER BY c."id" DESC LIMIT 1`;
  return (await client.query<{ mark: string }>(text, [siteId])).rows[0]?.mark ?? NONE;
}

/** Whether this was a change of the site, and is kept still. */
async function isKnown(client: Queryable, siteId: string, mark: string): Promise<boolean> {
  if (mark === NONE) return true;
  const text = `SELECT FROM "FileChange" c WHERE c."siteId" = $1 AND c."id" = $2 AND ${MARK} = $3`;
  return (await client.query(text, [siteId, numberOf(mark), mark])).rowCount === 1;
}

const numberOf = (mark: string) => mark.replace(/-.*/, "");
const tokenOf = (folderId: string, last: string) => `${PREFIX}${folderId}:${last}:${Math.floor(Date.now() / 1000)}`;

/** How a folder of a person is now: what changes in it from now on is told to whoever shows this. */
export async function syncTokenOf({ siteId, userId }: Owner, folderId: string): Promise<string> {
  const scope = { siteId, ownerId: userId };
  return tokenOf(folderId, await inTree(scope, "exclusive", (client) => lastChange(client, siteId)));
}

/**
 * What changed in a folder of a person since a token for it was given; null if that can no longer be told: the folder is
 * to be read anew.
 *
 * @see RFC 6578
 */
export async function folderChanges(owner: Owner, folderId: string, token: string): Promise<FolderChanges | null> {
  const { siteId, userId } = owner;
  const [, ofFolder, since = "", seconds] = TOKEN.exec(token) ?? [];
  // A day less than what is kept: the job that clears away is not bound to the second.
  const isFresh = Number(seconds) * 1000 > Date.now() - (KEPT_DAYS - 1) * 86_400_000;
  if (ofFolder !== folderId || !isFresh || !(await isKnown(pool(), siteId, since))) return null;
  const scope = { siteId, ownerId: userId };
  const last = await inTree(scope, "exclusive", (client) => lastChange(client, siteId));

  const values = [siteId, userId, folderId, numberOf(since)];
  const { rows } = await pool().query<{ name: string; isThere: boolean }>(SINCE, values);
  if (rows.length > MOST) return null;
  const names = (isThere: boolean) => rows.filter((row) => row.isThere === isThere).map(({ name }) => name);
  return { token: tokenOf(folderId, last), changed: names(true), gone: names(false) };
}
