import type { Queryable } from "@/lib/core/db";
import type { TreePath } from "../tree";
import { type NodeRow, requireEtag } from "./node-row";
import { absent, rootStays } from "./refusals";
import { requireWritable, type Scope } from "./scope";
import { inTree, nodeOf } from "./sql";
import { walkTo } from "./walk";

/** The change is logged with the folders that the node was in, so that their etags tell, and with its place. */
const TRASH = `
WITH node AS (
  UPDATE "FileNode" SET "trashedAt" = now(), "trashedFrom" = $4
  WHERE "siteId" = $1 AND "id" = $2 AND "trashedAt" IS NULL RETURNING "id", "parentId", "name"
)
INSERT INTO "FileChange" ("siteId", "ownerId", "nodeId", "ancestors", "formerParentId", "formerName")
SELECT $1, $3, node."id", $5, node."parentId", node."name" FROM node`;

/** @throws NODE_NOT_FOUND, READ_ONLY, ETAG_MISMATCH */
export async function trashNode(scope: Scope, path: TreePath, { ifMatch }: { ifMatch?: string }): Promise<void> {
  requireWritable(scope);
  if (path.length === 0) throw rootStays();
  await inTree(scope, "shared", async (client) => {
    const { chain, node } = await walkTo(client, scope, path);
    requireEtag(scope, node, ifMatch);
    await trash(client, scope, chain);
  });
}

/** Puts the last node of a chain into the trash; what is below it goes along unmarked. @throws NODE_NOT_FOUND */
export async function trash(client: Queryable, scope: Scope, chain: NodeRow[]): Promise<void> {
  const node = chain.at(-1);
  if (!node) throw absent();
  const folders = chain.slice(0, -1).map(({ id }) => id);
  const above = scope.rootId === null ? [] : await foldersAbove(client, scope.siteId, scope.rootId);
  const trashedFrom = `/${[...above, ...chain.slice(0, -1)]
    .map(({ name }) => name)
    .filter(Boolean)
    .join("/")}`;
  const ancestors = [...above.map(({ id }) => id), ...folders];
  const values = [scope.siteId, node.id, scope.ownerId, trashedFrom, ancestors];
  const { rowCount } = await client.query({ name: "files-trash", text: TRASH, values });
  if (rowCount === 0) throw absent();
}

const ABOVE = `
WITH RECURSIVE up AS (
  SELECT n."id", n."name", n."parentId", n."trashedAt", 0 AS height FROM "FileNode" n
  WHERE n."siteId" = $1 AND n."id" = $2
  UNION ALL
  SELECT p."id", p."name", p."parentId", p."trashedAt", u.height + 1 FROM up u
  CROSS JOIN LATERAL ${nodeOf("$1", `u."parentId"`)} p
)
SELECT "id", "name", "trashedAt" IS NOT NULL AS "isTrashed" FROM up WHERE height > 0 ORDER BY height DESC`;

/** The folders that a node stands in, from the root of its owner down. */
export async function foldersAbove(client: Queryable, siteId: string, nodeId: string) {
  type Above = { id: string; name: string; isTrashed: boolean };
  const { rows } = await client.query<Above>({ name: "files-above", text: ABOVE, values: [siteId, nodeId] });
  return rows;
}
