import { pool } from "@/lib/core/db";
import { logger } from "@/lib/core/logger";
import { listSites } from "@/lib/sites/sites";
import { listPartFiles, removePartFile } from "./part-files";
import { countForgotten } from "./uploads";

/** The job that removes uploads which nobody went on with in time, and bytes that no upload needs; and counts the others. */
export async function sweepUploads(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    await pool().query(
      `WITH gone AS (
         DELETE FROM "ResumableUpload" WHERE "siteId" = $1 AND "expiresAt" < now() RETURNING "ownerId", "reserved"
       ), given AS (SELECT "ownerId", sum("reserved") AS bytes FROM gone GROUP BY 1)
       UPDATE "User" u SET "used" = u."used" - given.bytes FROM given
       WHERE u."siteId" = $1 AND u."id" = given."ownerId"`,
      [siteId],
    );
    await countForgotten(siteId);
    await sweepFiles(siteId);
  }
}

/** An upload has its row before it has a file, and loses it with the file only. */
async function sweepFiles(siteId: string): Promise<void> {
  const ids = await listPartFiles(siteId);
  const { rows } = await pool().query<{ id: string }>(
    `SELECT "id" FROM "ResumableUpload" WHERE "siteId" = $1 AND "id" = ANY($2) AND "location" IS NULL`,
    [siteId, ids],
  );
  const known = new Set(rows.map(({ id }) => id));
  const orphans = ids.filter((id) => !known.has(id));
  for (const id of orphans) await removePartFile({ siteId, id });
  if (orphans.length > 0) logger("files").info({ siteId, count: orphans.length }, "bytes of ended uploads removed");
}
