import type { Tx } from "@/lib/core/db";
import { numberedName } from "../names";

const CANDIDATES = 50;

/** Inside a transaction: nobody else changes this person's tree until it ends. As `inTree(…, "exclusive", …)`. */
export async function lockTree(tx: Tx, siteId: string, ownerId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`tree/${siteId}/${ownerId}`}, 0))`;
}

/** The root of somebody's tree, made where it is missing. Under the lock of the tree. */
export async function rootOf(tx: Tx, siteId: string, ownerId: string): Promise<string> {
  const where = { siteId, ownerId, parentId: null, name: "", trashedAt: null };
  const root = await tx.fileNode.findFirst({ where, select: { id: true } });
  return root?.id ?? (await tx.fileNode.create({ data: { siteId, ownerId, kind: "folder", name: "" } })).id;
}

/** The name itself, or the first numbered one that is free in the folder. Under the lock of the tree. */
export async function freeName(
  tx: Tx,
  { siteId, folderId, name, isFile }: { siteId: string; folderId: string; name: string; isFile: boolean },
): Promise<string> {
  for (let first = 1; ; first += CANDIDATES) {
    const candidates = Array.from({ length: CANDIDATES }, (_, index) =>
      first + index === 1 ? name : numberedName(name, first + index, isFile),
    );
    const rows = await tx.fileNode.findMany({
      where: { siteId, parentId: folderId, trashedAt: null, name: { in: candidates } },
      select: { name: true },
    });
    const taken = new Set(rows.map((row) => row.name));
    const free = candidates.find((candidate) => !taken.has(candidate));
    if (free !== undefined) return free;
  }
}

/** Logs that a node changed, or is about to leave, with the folders it stands in now. Under the lock of the tree. */
export async function recordChange(tx: Tx, siteId: string, nodeId: string, { isLeaving = false } = {}): Promise<void> {
  await tx.$executeRaw`
    WITH RECURSIVE up AS (
      SELECT n."id", n."parentId", n."name", n."ownerId", 0 AS height FROM "FileNode" n
      WHERE n."siteId" = ${siteId}::uuid AND n."id" = ${nodeId}::uuid
      UNION ALL
      SELECT p."id", p."parentId", p."name", p."ownerId", u.height + 1 FROM up u
      JOIN "FileNode" p ON p."siteId" = ${siteId}::uuid AND p."id" = u."parentId"
    )
    INSERT INTO "FileChange" ("siteId", "ownerId", "nodeId", "ancestors", "formerParentId", "formerName")
    SELECT ${siteId}::uuid, min("ownerId"::text)::uuid, ${nodeId}::uuid,
      coalesce(array_agg("id" ORDER BY height DESC) FILTER (WHERE height > 0), '{}'),
      min("parentId"::text) FILTER (WHERE height = 0 AND ${isLeaving})::uuid,
      min("name") FILTER (WHERE height = 0 AND ${isLeaving})
    FROM up HAVING count(*) > 0`;
}
