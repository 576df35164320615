import { db, pool } from "@/lib/core/db";
import { listSites } from "@/lib/sites/sites";

const BATCH = 5000;
/** How long a change can still be followed. */
export const KEPT_DAYS = 30;

/** Adds changes to the versions of the folders above them. One statement: no reader sees a change twice, or not at all. */
const FOLD = `
WITH taken AS (
  UPDATE "FileChange" c SET "isFolded" = true
  FROM (SELECT "siteId", "id" FROM "FileChange" WHERE "siteId" = $1 AND NOT "isFolded" ORDER BY "id" LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) f
  WHERE c."siteId" = f."siteId" AND c."id" = f."id"
  RETURNING c."siteId", c."ancestors", c."at"
), counts AS (
  SELECT t."siteId", a.id, count(*) AS count, max(t."at") AS at
  FROM taken t CROSS JOIN LATERAL unnest(t."ancestors") AS a(id) GROUP BY 1, 2
), folded AS (
  INSERT INTO "FolderVersion" AS v ("siteId", "nodeId", "version", "changedAt")
  SELECT c."siteId", c.id, c.count, c.at FROM counts c
  JOIN "FileNode" n ON n."siteId" = c."siteId" AND n."id" = c.id
  ORDER BY 1, 2
  ON CONFLICT ("siteId", "nodeId") DO UPDATE
    SET "version" = v."version" + excluded."version", "changedAt" = greatest(v."changedAt", excluded."changedAt")
)
SELECT count(*)::int AS count FROM taken`;

/**
 * The job that keeps reading the etag of a folder cheap: it counts what is below it only since the last fold.
 * Writers never wait for it, nor it for them.
 */
export async function foldChanges(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    let folded = BATCH;
    while (folded === BATCH) {
      const { rows } = await pool().query<{ count: number }>(FOLD, [siteId]);
      folded = rows[0]?.count ?? 0;
    }
  }
}

/**
 * Forgets changes that are counted and a month old: etags need them no more, and whoever follows the changes of a tree
 * and was away for longer reads it anew. For the worker.
 */
export async function sweepChanges(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    const at = { lt: new Date(Date.now() - KEPT_DAYS * 86_400_000) };
    await db().fileChange.deleteMany({ where: { siteId, isFolded: true, at } });
  }
}
