import type { Readable } from "node:stream";
import { inTransaction, pool, type Statement, type Tx } from "@/lib/core/db";
import { resolveRange } from "@/lib/protocol/dav/range";
import { openBlob } from "./blobs/short";
import { adjustUse } from "./internal/lease";
import { absent, rangeInvalid, uploadExpired } from "./internal/refusals";
import { isGone } from "./internal/sql";
import { abandon, type Reception, receive } from "./internal/write-file";
import { mediaTypeOf } from "./media-types";
import type { Entry, ReadOptions, ReadResult, WriteOptions } from "./tree";

type Owner = { siteId: string; userId: string };
/** Where a received share stands, and a path within as `OfflineCopy` has it. */
type Place = { nodeId: string; path: string };

/** Bytes of something on another cloud that are kept here, and what its cloud said of them then. */
export type OfflineCopy = {
  entry: Entry & { size: number };
  path: string;
  blobId: string;
  /** Of what was changed here: the etag that its cloud had then, empty if there was nothing. */
  baseEtag: string | null;
};

export type Row = {
  path: string;
  blobId: string;
  entryId: string;
  etag: string;
  size: string;
  modifiedAt: Date;
  baseEtag: string | null;
};

/** The columns of `OfflineCopy c` that make a copy. */
export const COLUMNS = `c."path", c."blobId", c."entryId", c."etag", c."size", c."modifiedAt", c."baseEtag"`;

/** A row as a copy. */
export function toCopy({ path, blobId, entryId: id, etag, size, modifiedAt, baseEtag }: Row): OfflineCopy {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const mediaType = mediaTypeOf(name);
  const entry = { id, name, kind: "file" as const, size: Number(size), mediaType, etag, modifiedAt, canWrite: true };
  return { entry, path, blobId, baseEtag };
}

/** What is kept of a place, or null. */
export async function findOfflineCopy({ siteId, userId }: Owner, { nodeId, path }: Place): Promise<OfflineCopy | null> {
  const text = `SELECT ${COLUMNS} FROM "OfflineCopy" c
    WHERE c."siteId" = $1 AND c."nodeId" = $2 AND c."path" = $3 AND c."ownerId" = $4`;
  const values = [siteId, nodeId, path, userId];
  const { rows } = await pool().query<Row>({ name: "offline-copy", text, values });
  return rows[0] ? toCopy(rows[0]) : null;
}

/** The bytes of a copy. @throws NODE_NOT_FOUND if it is gone meanwhile, RANGE_INVALID */
export async function openOfflineCopy(
  { siteId }: Owner,
  { entry, blobId }: OfflineCopy,
  { range: asked, signal }: ReadOptions,
): Promise<ReadResult> {
  const range = asked ? resolveRange(asked, entry.size) : null;
  if (asked && !range) throw rangeInvalid();
  const body = await openBlob({ siteId, id: blobId }, entry.size, range ?? undefined);
  if (!body) throw absent();
  signal?.addEventListener("abort", () => body.destroy(), { once: true });
  return { entry, range, body };
}

/** What is made from something written here, which was sent while this came, is made from what its cloud has now. */
const COMMIT = `
WITH lease AS (
  DELETE FROM "UploadLease" l WHERE l."siteId" = $1 AND l."id" = $4 RETURNING l."id"
), blob AS (
  INSERT INTO "Blob" ("siteId", "id", "sha256", "size") SELECT $1, lease."id", $5, $6 FROM lease RETURNING "id"
)
INSERT INTO "OfflineCopy" AS c ("siteId", "nodeId", "path", "ownerId", "blobId", "entryId", "etag", "size", "modifiedAt", "baseEtag")
SELECT $1, $2, $3, $7, blob."id", $8, $9, $6, $10, $11 FROM blob
ON CONFLICT ("siteId", "nodeId", "path") DO UPDATE SET "blobId" = excluded."blobId", "entryId" = excluded."entryId",
  "etag" = excluded."etag", "size" = excluded."size", "modifiedAt" = excluded."modifiedAt", "keptAt" = now(),
  "baseEtag" = coalesce(c."baseEtag",
    CASE WHEN excluded."baseEtag" = '~here-' || c."blobId" THEN c."etag" ELSE excluded."baseEtag" END)
WHERE c."baseEtag" IS NULL OR excluded."baseEtag" IS NOT NULL`;

/** The statement that finds a row only if a copy is still wanted, and lets nobody say otherwise meanwhile. */
type Wanted = { wanted: Statement };
/** What has come. */
type Arrival = Wanted & { entry: Entry & { size: number }; body: Readable };
/** What somebody writes here. `base` as in `OfflineCopy`. */
type Edit = Wanted & { entryId: string; base: string; body: Readable } & Pick<
    WriteOptions,
    "size" | "sha256" | "signal"
  >;

/**
 * Keeps what has come from another cloud, in place of what was kept of it before, and counts it to its receiver. False
 * if it is not wanted any more: then nothing is kept. What was changed here since stays, and this is refused. Nobody
 * asked for it just now, so that no version gives way to it.
 *
 * @throws QUOTA_EXCEEDED, SIZE_MISMATCH, UPLOAD_EXPIRED, NODE_NOT_FOUND if the share has ended
 */
export async function keepOfflineCopy(
  owner: Owner,
  place: Place,
  { entry: { id, etag, modifiedAt, size }, body, wanted }: Arrival,
): Promise<boolean> {
  const told = () => [id, etag, modifiedAt, null];
  return (await store(owner, place, body, { size, wanted, told, sparesVersions: true })) !== null;
}

/**
 * Keeps what somebody has written over a copy, or beside copies, while its cloud is away; from then on it waits to be
 * sent there. Null if no copy is wanted there any more.
 *
 * @throws QUOTA_EXCEEDED, SIZE_MISMATCH, CHECKSUM_MISMATCH, UPLOAD_EXPIRED, NODE_NOT_FOUND if the share has ended
 */
export async function keepOfflineEdit(
  owner: Owner,
  place: Place,
  { entryId, base, body, ...options }: Edit,
): Promise<OfflineCopy | null> {
  const told = (blobId: string) => [entryId, `~here-${blobId}`, new Date(), base];
  const isKept = await store(owner, place, body, { ...options, told });
  return isKept && findOfflineCopy(owner, place);
}

type Stored = Wanted & Reception & { told: (blobId: string) => unknown[] };

async function store(
  { siteId, userId: ownerId }: Owner,
  { nodeId, path }: Place,
  body: Readable,
  { wanted, told, ...reception }: Stored,
): Promise<true | null> {
  const scope = { siteId, ownerId, rootId: null, canWrite: true };
  const former = await findOfflineCopy({ siteId, userId: ownerId }, { nodeId, path });
  const blob = await receive(scope, former?.entry.size ?? 0, body, reception);
  try {
    const isKept = await inTransaction("BEGIN", async (client) => {
      if ((await client.query(wanted)).rowCount === 0) return null;
      const { rows } = await client.query<{ size: string }>(
        `SELECT "size" FROM "OfflineCopy" WHERE "siteId" = $1 AND "nodeId" = $2 AND "path" = $3 FOR UPDATE`,
        [siteId, nodeId, path],
      );
      const values = [siteId, nodeId, path, blob.id, blob.sha256, blob.size, ownerId, ...told(blob.id)];
      const { rowCount } = await client.query(COMMIT, values);
      if (rowCount === 0) throw uploadExpired();
      await adjustUse(client, scope, blob.size - blob.reserved - Number(rows[0]?.size ?? 0));
      return true as const;
    });
    if (!isKept) await abandon(scope, blob.id);
    return isKept;
  } catch (error) {
    await abandon(scope, blob.id);
    throw isGone(error) ? absent() : error;
  }
}

type Below = { siteId: string; nodeId: string; path?: string };

/**
 * Lets go of what is kept of a place and of all below it, except of `but`, and gives its room back. What was changed here
 * and waits to be sent stays, unless it goes `withEdits`.
 */
export async function dropOfflineCopies(
  tx: Tx,
  { siteId, nodeId, path = "" }: Below,
  { but = [], withEdits = false }: { but?: string[]; withEdits?: boolean } = {},
): Promise<void> {
  await tx.$executeRaw`
    WITH gone AS (
      DELETE FROM "OfflineCopy" WHERE "siteId" = ${siteId}::uuid AND "nodeId" = ${nodeId}::uuid
         AND (path = ${path} OR starts_with(path, ${`${path}/`})) AND NOT path = ANY (${but}::text[])
         AND ("baseEtag" IS NULL OR ${withEdits})
      RETURNING "ownerId", size
    ), freed AS (SELECT "ownerId", sum(size) AS bytes FROM gone GROUP BY 1)
    UPDATE "User" u SET "used" = u."used" - freed.bytes FROM freed
     WHERE u."siteId" = ${siteId}::uuid AND u."id" = freed."ownerId"`;
}

/** Lets what is kept of a place, and of all below it, go along with it, in place of what was kept of the other. */
export async function moveOfflineCopies(
  tx: Tx,
  { siteId, nodeId, from, to }: { siteId: string; nodeId: string; from: string; to: string },
): Promise<void> {
  await dropOfflineCopies(tx, { siteId, nodeId, path: to });
  await tx.$executeRaw`
    UPDATE "OfflineCopy" SET path = ${to} || substr(path, length(${from}) + 1)
     WHERE "siteId" = ${siteId}::uuid AND "nodeId" = ${nodeId}::uuid
       AND (path = ${from} OR starts_with(path, ${`${from}/`}))`;
}

/** How many files are kept of a place and below it, their bytes together, and how many of them wait to be sent. */
export async function countOfflineCopies(
  { siteId, userId }: Owner,
  { nodeId, path }: Place,
): Promise<{ count: number; bytes: number; waiting: number }> {
  const { rows } = await pool().query<{ count: string; bytes: string; waiting: string }>(
    `SELECT count(*), coalesce(sum("size"), 0) AS bytes, count("baseEtag") AS waiting FROM "OfflineCopy"
      WHERE "siteId" = $1 AND "nodeId" = $2 AND "ownerId" = $3 AND ("path" = $4 OR starts_with("path", $4 || '/'))`,
    [siteId, nodeId, userId, path],
  );
  const { count = 0, bytes = 0, waiting = 0 } = rows[0] ?? {};
  return { count: Number(count), bytes: Number(bytes), waiting: Number(waiting) };
}

/**
 * What is kept of places, by their path: its etag, and whether it was changed here and waits to be sent. Of what has been
 * damaged here, nothing is kept: it is to come again.
 */
export async function offlineStates(
  { siteId, userId }: Owner,
  nodeId: string,
  paths: string[],
): Promise<Map<string, { etag: string; isWaiting: boolean }>> {
  const { rows } = await pool().query<Pick<Row, "path" | "etag" | "baseEtag">>(
    `SELECT "path", "etag", "baseEtag" FROM "OfflineCopy" c
      WHERE "siteId" = $1 AND "nodeId" = $2 AND "ownerId" = $3 AND "path" = ANY ($4)
        AND ("baseEtag" IS NOT NULL OR NOT EXISTS (
          SELECT FROM "BlobDamage" d WHERE d."siteId" = c."siteId" AND d."blobId" = c."blobId"))`,
    [siteId, nodeId, userId, paths],
  );
  return new Map(rows.map(({ path, etag, baseEtag }) => [path, { etag, isWaiting: baseEtag !== null }]));
}
