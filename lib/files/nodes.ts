import { db, pool } from "@/lib/core/db";
import { absent } from "./internal/refusals";
import { childrenOf, nodeOf } from "./internal/sql";

/** A live node that a person owns; the root of the tree is none. */
export type OwnNode = { id: string; name: string; kind: "file" | "folder" | "mount" };

/** @throws NODE_NOT_FOUND if it is another's, gone, or in the trash */
export async function getNode(owner: { siteId: string; userId: string }, nodeId: string): Promise<OwnNode> {
  const node = await db().fileNode.findFirst({
    where: { siteId: owner.siteId, id: nodeId, ownerId: owner.userId, parentId: { not: null } },
    select: { id: true, name: true, kind: true },
  });
  if (!node || (await nodePath(owner.siteId, nodeId)) === null) throw absent();
  return node;
}

/** Where a node stands in its owner's tree, "/" for the root; null if it is gone, or it or a folder above is in the trash. */
export async function nodePath(siteId: string, nodeId: string): Promise<string | null> {
  const { rows } = await pool().query<{ path: string | null }>(
    `WITH RECURSIVE up AS (
       SELECT n."name", n."parentId", n."trashedAt", 0 AS height FROM "FileNode" n
       WHERE n."siteId" = $1 AND n."id" = $2
       UNION ALL
       SELECT p."name", p."parentId", p."trashedAt", u.height + 1 FROM up u
       CROSS JOIN LATERAL ${nodeOf("$1", `u."parentId"`)} p
     )
     SELECT '/' || coalesce(string_agg("name", '/' ORDER BY height DESC) FILTER (WHERE "parentId" IS NOT NULL), '') AS path
     FROM up HAVING bool_and("trashedAt" IS NULL)`,
    [siteId, nodeId],
  );
  return rows[0]?.path ?? null;
}

/** The ids of a node and of all that is below it, in the trash or not, the deepest first. */
export async function nodesBelow(siteId: string, nodeId: string): Promise<string[]> {
  const { rows } = await pool().query<{ id: string }>(
    `WITH RECURSIVE below AS (
       SELECT n."id", 0 AS depth FROM "FileNode" n WHERE n."siteId" = $1 AND n."id" = $2
       UNION ALL
       SELECT c."id", b.depth + 1 FROM below b CROSS JOIN LATERAL ${childrenOf("$1", 'b."id"')} c
     )
     SELECT "id" FROM below ORDER BY depth DESC`,
    [siteId, nodeId],
  );
  return rows.map(({ id }) => id);
}
