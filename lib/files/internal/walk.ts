import type { Queryable } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { TreePath } from "../tree";
import type { NodeRow } from "./node-row";
import { absent, notAFolder, suspended } from "./refusals";
import type { Scope } from "./scope";
import { folderState, NODE_COLUMNS, nodeOf } from "./sql";

/** How far a path led: the nodes from the tree's root down, the last of them, and the names for which there was none. */
export type Walk = { chain: NodeRow[]; node: NodeRow; rest: string[] };

/**
 * For `WITH RECURSIVE`: down from `start` along the unique key of names. Each step is a look-up: joined as usual, or found
 * by an index of the owner, all of the owner's nodes are compared as long as PostgreSQL has no statistics of a table that
 * grew quickly. So the owner is compared in a way that no index serves.
 */
const wayFrom = (start: string) => `
way AS (
  SELECT n.*, 0 AS depth FROM "FileNode" n WHERE n."siteId" = $1 AND n."ownerId" = $2 AND ${start}
  UNION ALL
  SELECT child.*, w.depth + 1 FROM way w CROSS JOIN LATERAL (
    SELECT * FROM "FileNode" c
    WHERE c."siteId" = $1 AND c."parentId" = w."id" AND c."name" = ($3::text[])[w.depth + 1]
      AND c."ownerId" IS NOT DISTINCT FROM $2 AND c."trashedAt" IS NULL OFFSET 0
  ) child
)`;

/** The nodes of the way. The state of folders is read only of what the whole path leads to. */
const nodesOfWay = (isTrashed: string) => `
SELECT ${NODE_COLUMNS}, s."version", s."changedAt", r."resourceType" AS "mountedType", r."role" AS "mountedRole",
  r."size" AS "mountedSize", ${isTrashed} AS "isTrashed"
FROM way n
LEFT JOIN LATERAL ${folderState("n.depth = cardinality($3::text[])")} s ON true
LEFT JOIN "ReceivedShare" r ON n."kind" = 'mount' AND r."siteId" = n."siteId" AND r."id" = n."mountId"
ORDER BY n.depth`;

/** From the root of the owner. Parameters: $1 site, $2 owner, $3 the names of the path. */
export const WAY_FROM_ROOT = wayFrom(`n."parentId" IS NULL AND n."name" = '' AND n."trashedAt" IS NULL`);
const OWN_WALK = { name: "files-own-walk", text: `WITH RECURSIVE ${WAY_FROM_ROOT} ${nodesOfWay("false")}` };

/** Also up from the shared node, because a share rests while that or a folder above it is in the trash. */
const SHARE_WALK = {
  name: "files-share-walk",
  text: `
WITH RECURSIVE ${wayFrom(`n."id" = $4`)}, above AS (
  SELECT w."id", w."parentId", w."trashedAt" FROM way w WHERE w.depth = 0
  UNION ALL
  SELECT p."id", p."parentId", p."trashedAt" FROM above a CROSS JOIN LATERAL ${nodeOf("$1", `a."parentId"`)} p
) ${nodesOfWay(`(SELECT bool_or("trashedAt" IS NOT NULL) FROM above)`)}`,
};

/**
 * Follows a path as far as it leads, in one statement.
 *
 * @throws NODE_NOT_FOUND if a name can stand nowhere or the share's node is gone; SHARE_SUSPENDED while it is in the trash
 */
export async function walk(client: Queryable, scope: Scope, path: TreePath): Promise<Walk> {
  const names = namesOf(path);
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

/** The names of a path as they stand in rows. @throws NODE_NOT_FOUND if one can stand nowhere */
export function namesOf(path: TreePath): string[] {
  const names = path.map((name) => name.normalize("NFC"));
  if (names.some((name) => name.includes("\0"))) throw absent();
  return names;
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
