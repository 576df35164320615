import { db, pool } from "@/lib/core/db";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { listSites } from "@/lib/sites/sites";
import { Prisma } from "@/prisma/generated/client";
import { type BlobStore, blobStore, blobStores } from "./store";

const BATCH = 500;

/** Of a blob `b`. */
const IS_UNUSED = `
  NOT EXISTS (SELECT FROM "FileNode" n WHERE n."siteId" = b."siteId" AND n."blobId" = b."id")
  AND NOT EXISTS (SELECT FROM "FileVersion" v WHERE v."siteId" = b."siteId" AND v."blobId" = b."id")
  AND NOT EXISTS (SELECT FROM "OfflineCopy" c WHERE c."siteId" = b."siteId" AND c."blobId" = b."id")`;

/**
 * The job that removes what nothing names: uploads that broke off, blobs that no file, version or copy holds any more, and bytes in the
 * store that have neither a row nor a lease; the last in a bucket once a day, or if it is to be thorough. Returns how many
 * of each it removed.
 */
export async function sweepBlobs({ isThorough = false } = {}): Promise<Swept> {
  const swept = { uploads: 0, blobs: 0, orphans: 0 };
  const store = isThorough || isBucketDue() ? blobStore() : blobStores().disk;
  for (const { id: siteId } of await listSites()) {
    swept.uploads += await endLeases(siteId);
    swept.blobs += await sweepRows(siteId);
    swept.orphans += await sweepStore(siteId, store);
  }
  return swept;
}

/** To list a bucket costs a request for each thousand, and what breaks off is rare: once a day will do. */
const BUCKET_EVERY_MS = 24 * 60 * 60_000;

function isBucketDue(): boolean {
  const state = once("files.sweep", () => ({ bucketAt: 0 }));
  if (Date.now() - state.bucketAt < BUCKET_EVERY_MS) return false;
  state.bucketAt = Date.now();
  return true;
}

export type Swept = { uploads: number; blobs: number; orphans: number };

/** Once its lease is gone, an upload cannot commit: from then on its bytes are nobody's. */
async function endLeases(siteId: string): Promise<number> {
  const { rows } = await pool().query<{ count: number }>(
    `WITH ended AS (
       DELETE FROM "UploadLease" WHERE "siteId" = $1 AND "leaseUntil" < now() RETURNING "ownerId", "reserved"
     ), given AS (
       SELECT "ownerId", sum("reserved") AS bytes FROM ended GROUP BY 1
     ), less AS (
       UPDATE "User" u SET "used" = u."used" - given.bytes FROM given
       WHERE u."siteId" = $1 AND u."id" = given."ownerId"
     )
     SELECT count(*)::int AS count FROM ended`,
    [siteId],
  );
  return rows[0]?.count ?? 0;
}

async function sweepRows(siteId: string): Promise<number> {
  let count = 0;
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const { rows } = await pool().query<{ id: string }>(
      `SELECT b."id" FROM "Blob" b WHERE b."siteId" = $1 AND b."id" > $2
         AND ${IS_UNUSED}
       ORDER BY b."id" LIMIT ${BATCH}`,
      [siteId, after],
    );
    const ids = rows.map(({ id }) => id);
    count += await removeUnusedBlobs(siteId, ids);
    if (ids.length < BATCH) return count;
    after = ids.at(-1) ?? after;
  }
}

/**
 * Removes those of these blobs that nothing holds. The row is locked before one looks: a copy that is just taking hold
 * of the blob has locked it too, and whoever comes later finds it gone. While a backup gathers what its snapshot names,
 * nothing is removed; the sweeper comes again. Returns how many were.
 */
export async function removeUnusedBlobs(siteId: string, ids: string[]): Promise<number> {
  if (ids.length === 0) return 0;
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
  return removed.length;
}

async function sweepStore(siteId: string, store: BlobStore): Promise<number> {
  let count = 0;
  for await (const orphans of orphansOf(siteId, store)) {
    for (const id of orphans) await blobStore().remove({ siteId, id });
    if (orphans.length > 0) logger("files").info({ siteId, count: orphans.length }, "orphaned bytes removed");
    count += orphans.length;
  }
  return count;
}

/** What takes room in a store and has neither a row nor a lease, in batches. */
export async function* orphansOf(siteId: string, store: BlobStore): AsyncGenerator<string[]> {
  for await (const ids of store.list(siteId)) {
    // In one statement: the commit of an upload turns its lease into a row.
    const { rows } = await pool().query<{ id: string }>(
      `SELECT "id" FROM "Blob" WHERE "siteId" = $1 AND "id" = ANY($2)
       UNION ALL SELECT "id" FROM "UploadLease" WHERE "siteId" = $1 AND "id" = ANY($2)`,
      [siteId, ids],
    );
    const known = new Set(rows.map(({ id }) => id));
    yield ids.filter((id) => !known.has(id));
  }
}
