import { newId } from "@/lib/core/ids";
import type { TreePath } from "../tree";
import type { NodeRow } from "./node-row";
import { absent, notAFolder, suspended } from "./refusals";
import type { Scope } from "./scope";
import { FOLDER_STATE, NODE_COLUMNS, type Queryable } from "./sql";

/** How far a path led: the nodes from the tree's root down, the last of them, and the names for which there was none. */
export type Walk = { chain: NodeRow[]; node: NodeRow; rest: string[] };

/**
 * Down from `start` along the unique key of names; up from it too, because a share rests while the shared node or a
 * folder above it is in the trash. The state of folders is read for the last node only.
 */
const walkFrom = (start: string) => `
WITH RECURSIVE above AS (
  SELECT n."siteId", n."id", n."parentId", n."trashedAt", 0 AS height FROM "FileNode" n
  WHERE n."siteId" = $1 AND n."ownerId" = $2 AND ${start}
  UNION ALL
  SELECT p."siteId", p."id", p."parentId", p."trashedAt", a.height + 1 FROM above a
  JOIN "FileNode" p ON p."siteId" = a."siteId" AND p."id" = a."parentId"
), way AS (
  SELECT a."siteId", a."id", 0 AS depth FROM above a WHERE a.height = 0
  UNION ALL
  SELECT c."siteId", c."id", w.depth + 1 FROM way w
  JOIN "FileNode" c ON c."siteId" = w."siteId" AND c."parentId" = w."id" AND c."ownerId" = $2
    AND c."name" = ($3::text[])[w.depth + 1] AND c."trashedAt" IS NULL
), last AS (SELECT max(depth) AS depth FROM way)
SELECT ${NODE_COLUMNS}, s."version", s."changedAt", r."resourceType" AS "mountedType", r."role" AS "mountedRole",
  r."size" AS "mountedSize",  (SELECT bool_or("trashedAt" IS NOT NULL) FROM above) AS "isTrashed"
FROM way w CROSS JOIN last
JOIN "FileNode" n ON n."siteId" = w."siteId" AND n."id" = w."id"
LEFT JOIN LATERAL ${FOLDER_STATE} s ON w.depth = last.depth
LEFT JOIN "ReceivedShare" r ON n."kind" = 'mount' AND r."siteId" = n."siteId" AND r."id" = n."mountId"
ORDER BY w.depth`;

const OWN_WALK = {
  name: "files-own-walk",
  text: walkFrom(`n."parentId" IS NULL AND n."name" = '' AND n."trashedAt" IS NULL`),
};
const SHARE_WALK = { name: "files-share-walk", text: walkFrom(`n."id" = $4`) };

/**
 * Follows a path as far as it leads, in one statement.
 *
 * @throws NODE_NOT_FOUND if a name can stand nowhere or the share's node is gone; SHARE_SUSPENDED while it is in the trash
 */
export async function walk(client: Queryable, scope: Scope, path: TreePath): Promise<Walk> {
  const names = path.map((name) => name.normalize("NFC"));
  if (names.some((name) => name.includes("\0"))) throw absent();
  const { siteId, ownerId, rootId } = scope;
  const values = [siteId, ownerId, names];
  const find = () =>
    client.query<NodeRow & { isTrashed: boolean }>(
      rootId === null ? { ...OWN_WALK, values } : { ...SHARE_WALK, values: [...values, rootId] },
    );

  let { rows } = await find();
  if (rows.length === 0 && rootId === null) {
    await makeRoot(client, siteId, ownerId);
    ({ rows } = await find());
  }
  if (rows[0]?.isTrashed) throw suspended();
  // Whoever shares a folder does not share on what was shared with him and stands in it.
  const chain = rootId === null ? rows : rows.filter(({ kind }) => kind !== "mount");
  const node = chain.at(-1);
  if (!node) throw absent();
  return { chain, node, rest: names.slice(chain.length - 1) };
}

/** Walks to a node that is there. @throws NODE_NOT_FOUND */
export async function walkTo(client: Queryable, scope: Scope, path: TreePath): Promise<Walk> {
  const walked = await walk(client, scope, path);
  if (walked.rest.length > 0) throw absent();
  return walked;
}

/** Walks to a folder. @throws NODE_NOT_FOUND, NOT_A_FOLDER */
export async function walkToFolder(client: Queryable, scope: Scope, path: TreePath): Promise<Walk> {
  const walked = await walkTo(client, scope, path);
  if (walked.node.kind !== "folder") throw notAFolder();
  return walked;
}

/** Makes the root of somebody's tree where it is missing. */
export async function makeRoot(client: Queryable, siteId: string, ownerId: string): Promise<void> {
  await client.query(
    `INSERT INTO "FileNode" ("siteId", "id", "ownerId", "kind", "name") VALUES ($1, $2, $3, 'folder', '')
     ON CONFLICT DO NOTHING`,
    [siteId, newId(), ownerId],
  );
}
