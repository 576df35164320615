import { config } from "@/lib/core/config";
import { applicationName, pool } from "@/lib/core/db";
import { conflict, hasCode } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { type BlobRow, checkBlob, isLost } from "./check-blob";
import { noteDamage } from "./damage";
import { whileBytesStay } from "./moving";
import { type BlobStore, blobStores } from "./store";

const AT_ONCE = 4;

type Way = { from: BlobStore; to: BlobStore };
type Row = Pick<BlobRow, "id" | "sha256" | "size">;
export type Migrated = { moved: number; bytes: number; damaged: number };

/**
 * From the store that is not the present one to that. Every process of the cloud must know both by now, or it would not
 * find what has moved.
 *
 * @throws ONE_STORE, RESTART_FIRST
 */
export async function migrationWay(): Promise<Way> {
  const { disk, s3 } = blobStores();
  if (!s3) throw conflict("ONE_STORE", "There is nowhere to move to: S3_BUCKET and the other settings name no bucket.");
  const { rowCount } = await pool().query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1 LIMIT 1`,
    [applicationName(false)],
  );
  if (rowCount) {
    throw conflict("RESTART_FIRST", "The cloud runs without the settings of the bucket. Restart it with them first.");
  }
  return config().store.current === "s3" ? { from: disk, to: s3 } : { from: s3, to: disk };
}

/**
 * Moves the bytes of a site, while people go on reading and writing them: each is copied, compared with its checksum,
 * and only then removed where it was. What is damaged stays, and is noted. Interrupted, it goes on with what is left. A
 * backup would find what moves in neither place.
 *
 * @throws STORAGE_BUSY, STORAGE_UNREACHABLE, STORAGE_FULL, FILE_TOO_LARGE
 */
export async function migrateBlobs(siteId: string, way: Way, note: (bytes: number) => void): Promise<Migrated> {
  const done = await whileBytesStay(() => moveAll(siteId, way, note), { alone: true });
  if (done) return done;
  const message = "A backup is being written, a damaged file mended, or another move under way. Try again in a while.";
  throw conflict("STORAGE_BUSY", message);
}

async function moveAll(siteId: string, way: Way, note: (bytes: number) => void): Promise<Migrated> {
  const done = { moved: 0, bytes: 0, damaged: 0 };
  const stays = new Set<string>();
  const moveNext = async (rows: Row[]) => {
    for (let row = rows.pop(); row; row = rows.pop()) {
      const isMoved = await moveBlob(siteId, row, way);
      if (isMoved === null) continue;
      if (isMoved) done.moved++;
      else stays.add(row.id);
      done.bytes += isMoved ? Number(row.size) : 0;
      note(Number(row.size));
    }
  };
  // Again until nothing is left: a folder that shrinks while it is read may show less than there is.
  for (let before = -1; before < done.moved; ) {
    before = done.moved;
    for await (const ids of way.from.list(siteId)) {
      const rows = await rowsOf(
        siteId,
        ids.filter((id) => !stays.has(id)),
      );
      await Promise.all(Array.from({ length: AT_ONCE }, () => moveNext(rows)));
    }
  }
  done.damaged = stays.size;
  return done;
}

/** How many bytes of a site there are to move. */
export async function bytesToMove(siteId: string, { from }: Way): Promise<number> {
  let bytes = 0;
  for await (const ids of from.list(siteId)) {
    for (const { size } of await rowsOf(siteId, ids)) bytes += Number(size);
  }
  return bytes;
}

/** Those of them that have a row. An upload that is under way, and what broke off, have none: the sweeper minds those. */
async function rowsOf(siteId: string, ids: string[]): Promise<Row[]> {
  const text = `SELECT "id", "sha256", "size" FROM "Blob" WHERE "siteId" = $1 AND "id" = ANY($2) AND "bytes" IS NULL`;
  return (await pool().query<Row>(text, [siteId, ids])).rows;
}

/** Whether it is in its new place; null: it is gone from the old one. */
async function moveBlob(siteId: string, { id, sha256, size }: Row, { from, to }: Way): Promise<boolean | null> {
  const key = { siteId, id };
  // Of a run that broke off between the two: what is here may be whole no more.
  if ((await checkBlob(siteId, { id, sha256, size, bytes: null }, undefined, to)) === "whole") {
    await from.remove(key);
    return true;
  }
  const body = await from.open(key);
  if (!body) return null;
  const copied = await to
    .put(key, body, { limit: Number(size), size: Number(size) })
    .catch((error: NodeJS.ErrnoException) => {
      if (!isLost(error) && !hasCode(error, "BLOB_TOO_LONG")) throw error;
      return null;
    })
    .finally(() => body.destroy()); // a refused one is left open
  if (copied?.sha256 === sha256 && copied.size === Number(size)) {
    await from.remove(key);
    return true;
  }
  await to.remove(key);
  await noteDamage(siteId, [{ id, finding: "damaged" }]);
  logger("files").error({ siteId, blobId: id }, "damaged file not moved");
  return false;
}
