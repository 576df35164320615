import { db, pool } from "@/lib/core/db";
import { absent } from "./internal/refusals";
import { childrenOf, pathOf } from "./internal/sql";

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
  const text = `SELECT ${pathOf("$1", "$2")} AS path`;
  const { rows } = await pool().query<{ path: string | null }>(text, [siteId, nodeId]);
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
