import { db, pool } from "@/lib/core/db";
import { logger } from "@/lib/core/logger";
import { listSites } from "@/lib/sites/sites";
import { Prisma } from "@/prisma/generated/client";
import { blobStore } from "./store";

const BATCH = 500;

/** Of a blob `b`. */
const IS_UNUSED = `
  NOT EXISTS (SELECT FROM "FileNode" n WHERE n."siteId" = b."siteId" AND n."blobId" = b."id")
  AND NOT EXISTS (SELECT FROM "FileVersion" v WHERE v."siteId" = b."siteId" AND v."blobId" = b."id")
  AND NOT EXISTS (SELECT FROM "OfflineCopy" c WHERE c."siteId" = b."siteId" AND c."blobId" = b."id")`;

/**
 * The job that removes what nothing names: uploads that broke off, blobs that no file, version or copy holds any more, and bytes in the
 * store that have neither a row nor a lease.
 */
export async function sweepBlobs(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    await endLeases(siteId);
    await sweepRows(siteId);
    await sweepStore(siteId);
  }
}

/** Once its lease is gone, an upload cannot commit: from then on its bytes are nobody's. */
async function endLeases(siteId: string): Promise<void> {
  await pool().query(
    `WITH ended AS (
       DELETE FROM "UploadLease" WHERE "siteId" = $1 AND "leaseUntil" < now() RETURNING "ownerId", "reserved"
     ), given AS (SELECT "ownerId", sum("reserved") AS bytes FROM ended GROUP BY 1)
     UPDATE "User" u SET "used" = u."used" - given.bytes FROM given
     WHERE u."siteId" = $1 AND u."id" = given."ownerId"`,
    [siteId],
  );
}

async function sweepRows(siteId: string): Promise<void> {
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const { rows } = await pool().query<{ id: string }>(
      `SELECT b."id" FROM "Blob" b WHERE b."siteId" = $1 AND b."id" > $2
         AND ${IS_UNUSED}
       ORDER BY b."id" LIMIT ${BATCH}`,
      [siteId, after],
    );
    const ids = rows.map(({ id }) => id);
    await removeUnusedBlobs(siteId, ids);
    if (ids.length < BATCH) return;
    after = ids.at(-1) ?? after;
  }
}

/**
 * Removes those of these blobs that nothing holds. The row is locked before one looks: a copy that is just taking hold
 * of the blob has locked it too, and whoever comes later finds it gone. While a backup gathers what its snapshot names,
 * nothing is removed; the sweeper comes again.
 */
export async function removeUnusedBlobs(siteId: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const removed = await db().$transaction(async (tx) => {
    const [{ isFree } = { isFree: false }] = await tx.$queryRaw<{ isFree: boolean }[]>`
      SELECT pg_try_advisory_xact_lock_shared(hashtextextended('blobs', 0)) AS "isFree"`;
    if (!isFree) return [];
    const locked = await tx.$queryRaw<{ id: string }[]>`
      SELECT "id"::text FROM "Blob" WHERE "siteId" = ${siteId}::uuid AND "id" = ANY(${ids}::uuid[]) FOR UPDATE SKIP LOCKED`;
    return tx.$queryRaw<{ id: string; isStored: boolean }[]>`
      DELETE FROM "Blob" b WHERE b."siteId" = ${siteId}::uuid AND b."id" = ANY(${locked.map(({ id }) => id)}::uuid[])
        AND ${Prisma.raw(IS_UNUSED)}
      RETURNING b."id"::text, b."bytes" IS NULL AS "isStored"`;
  });
  const stored = removed.filter(({ isStored }) => isStored);
  await Promise.all(stored.map(({ id }) => blobStore().remove({ siteId, id })));
}

async function sweepStore(siteId: string): Promise<void> {
  for await (const ids of blobStore().list(siteId)) {
    // In one statement: the commit of an upload turns its lease into a row.
    const { rows } = await pool().query<{ id: string }>(
      `SELECT "id" FROM "Blob" WHERE "siteId" = $1 AND "id" = ANY($2)
       UNION ALL SELECT "id" FROM "UploadLease" WHERE "siteId" = $1 AND "id" = ANY($2)`,
      [siteId, ids],
    );
    const known = new Set(rows.map(({ id }) => id));
    const orphans = ids.filter((id) => !known.has(id));
    for (const id of orphans) await blobStore().remove({ siteId, id });
    if (orphans.length > 0) logger("files").info({ siteId, count: orphans.length }, "orphaned bytes removed");
  }
}
