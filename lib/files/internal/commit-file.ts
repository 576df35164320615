import type { Queryable, StatementClient } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import { mediaTypeOf } from "../media-types";
import type { Entry } from "../tree";
import { type Former, keepFormer } from "./keep-former";
import { adjustUse, countedShort } from "./lease";
import { type NodeRow, toEntry } from "./node-row";
import { LOG_CHANGE, PLACE, placeOf } from "./place";
import { absent, etagMismatch, quotaExceeded, uploadExpired } from "./refusals";
import type { Scope } from "./scope";
import { NODE_COLUMNS } from "./sql";
import { WAY_FROM_ROOT } from "./walk";

/** Bytes that are about to be seen. Either the store has them, under a lease of the same id, or they come with the row. */
export type NewBlob = { id: string; size: number; sha256: string; reserved: number; bytes: Buffer | null };
/** Bytes that a row holds already. */
export type KeptBlob = Pick<NewBlob, "id" | "size" | "sha256">;

/**
 * For `WITH`: `blob` has one row, unless there is no `place` or a limit says no. In the store the lease ends where the
 * row begins: without it the bytes may be swept. What comes with the row is counted here, and needs no lease.
 */
const STORED_BLOB = `
lease AS (
  DELETE FROM "UploadLease" l USING place WHERE l."siteId" = $1 AND l."id" = $5 RETURNING l."id"
), blob AS (
  INSERT INTO "Blob" ("siteId", "id", "sha256", "size", "bytes") SELECT $1, lease."id", $6, $7, $8 FROM lease
  RETURNING "id"
)`;
const KEPT_BLOB = `
blob AS (
  SELECT b."id" FROM "Blob" b, place WHERE b."siteId" = $1 AND b."id" = $5 AND b."sha256" = $6 AND $8::bytea IS NULL
)`;
const shortBlob = (from: string) => `blob AS (
  INSERT INTO "Blob" ("siteId", "id", "sha256", "size", "bytes") SELECT $1, $5, $6, $7, $8 FROM ${from} RETURNING "id"
)`;

const result = `SELECT EXISTS (SELECT FROM place) AS "isThere", node.* FROM (VALUES (1)) one LEFT JOIN node ON true`;
const create = (blob: string, { place = PLACE, folderId = "$2" } = {}) => `
WITH RECURSIVE ${place}, ${blob}, node AS (
  INSERT INTO "FileNode" AS n ("siteId", "ownerId", "parentId", "id", "kind", "name", "blobId", "size", "mediaType", "writtenBy")
  SELECT $1, $4, ${folderId}, $9, 'file', $10, blob."id", $7, $11, $12 FROM blob, place
  RETURNING ${NODE_COLUMNS}
), change AS (${LOG_CHANGE})
${result}`;
const replace = (blob: string) => `
WITH RECURSIVE ${PLACE}, ${blob}, node AS (
  UPDATE "FileNode" n SET "blobId" = blob."id", "size" = $7, "modifiedAt" = now(), "writtenBy" = $10 FROM blob
  WHERE n."siteId" = $1 AND n."id" = $9
  RETURNING ${NODE_COLUMNS}
), change AS (${LOG_CHANGE})
${result}`;

/** As PLACE, by a path that leads down folders to a name that is free. Parameters: $1 site, $2 owner, $3 all names. */
const FREE_PLACE = `
${WAY_FROM_ROOT}, place AS (
  SELECT array_agg(w."id" ORDER BY w.depth) AS ancestors, (array_agg(w."id" ORDER BY w.depth DESC))[1] AS "folderId"
  FROM way w HAVING count(*) = cardinality($3::text[]) AND bool_and(w."kind" = 'folder')
)`;

const CREATE_STORED = { name: "files-create-stored", text: create(STORED_BLOB) };
const COUNTED_BLOB = `${countedShort({ bytes: "$7", owner: "$4", from: "place" })}, ${shortBlob("counted")}`;
const CREATE_SHORT = { name: "files-create-short", text: create(COUNTED_BLOB) };
const CREATE_SHORT_AT_PATH = {
  name: "files-create-short-at-path",
  text: create(COUNTED_BLOB, { place: FREE_PLACE, folderId: `place."folderId"` }),
};
const REPLACE_STORED = { name: "files-replace-stored", text: replace(STORED_BLOB) };
const REPLACE_SHORT = { name: "files-replace-short", text: replace(shortBlob("place")) };
const REPLACE_KEPT = { name: "files-replace-kept", text: replace(KEPT_BLOB) };

/** @throws NODE_NOT_FOUND, QUOTA_EXCEEDED; a violation of the key of names if something of this name is there */
export async function commitNewFile(
  client: StatementClient,
  scope: Scope,
  blob: NewBlob,
  { folderId, name }: { folderId: string; name: string },
): Promise<Entry> {
  const values = [...placeOf(scope, folderId), scope.ownerId, ...valuesOf(blob), ...newNode(scope, name)];
  const { rows } = await client.query<Written>({ ...(blob.bytes ? CREATE_SHORT : CREATE_STORED), values });
  return writtenEntry(scope, rows[0], blob.bytes ? quotaExceeded : uploadExpired);
}

/**
 * The same for short bytes in somebody's own tree, in one statement for the way there too. Null: there is no such place.
 *
 * @throws QUOTA_EXCEEDED; a violation of the key of names if something of this name comes at the same moment
 */
export async function commitNewFileAt(
  client: StatementClient,
  scope: Scope,
  blob: NewBlob,
  names: string[],
): Promise<Entry | null> {
  const { siteId, ownerId } = scope;
  const values = [siteId, ownerId, names, ownerId, ...valuesOf(blob), ...newNode(scope, names.at(-1) ?? "")];
  const { rows } = await client.query<Written>({ ...CREATE_SHORT_AT_PATH, values });
  return rows[0]?.isThere ? writtenEntry(scope, rows[0], quotaExceeded) : null;
}

const newNode = ({ writer }: Scope, name: string) => [newId(), name, mediaTypeOf(name), writer ?? null];

const FORMER = `
SELECT n."parentId", n."blobId", n."size", n."modifiedAt", n."writtenBy", b."sha256"
FROM "FileNode" n LEFT JOIN "Blob" b ON b."siteId" = n."siteId" AND b."id" = n."blobId"
WHERE n."siteId" = $1 AND n."id" = $2 AND n."kind" = 'file' AND n."trashedAt" IS NULL FOR UPDATE OF n`;

/** Waits for its turn to replace what a file holds, before the owner's row is held. */
export async function lockFile(client: Queryable, siteId: string, nodeId: string): Promise<void> {
  await client.query({ name: "files-former", text: FORMER, values: [siteId, nodeId] });
}

/** What was there becomes a version of the file, as far as there is room. @throws NODE_NOT_FOUND, ETAG_MISMATCH, QUOTA_EXCEEDED */
export async function commitReplacement(
  client: Queryable,
  scope: Scope,
  blob: NewBlob | KeptBlob,
  { nodeId, ifMatch }: { nodeId: string; ifMatch?: string },
): Promise<Entry> {
  type Found = { parentId: string; sha256: string | null } & Former;
  const found = await client.query<Found>({ name: "files-former", text: FORMER, values: [scope.siteId, nodeId] });
  const old = found.rows[0];
  if (!old) throw absent();
  if (ifMatch !== undefined && ifMatch !== old.blobId) throw etagMismatch();

  // A shared file stands in a folder that is not shared.
  const where = nodeId === scope.rootId ? { ...scope, rootId: null } : scope;
  const values = [...placeOf(where, old.parentId), scope.ownerId, ...valuesOf(blob), nodeId, scope.writer ?? null];
  const statement = !("bytes" in blob) ? REPLACE_KEPT : blob.bytes ? REPLACE_SHORT : REPLACE_STORED;
  const { rows } = await client.query<Written>({ ...statement, values });
  const entry = writtenEntry(scope, rows[0], uploadExpired);
  const more = blob.size - ("reserved" in blob ? blob.reserved : 0);
  const isKept = old.sha256 !== blob.sha256 && (await keepFormer(client, scope, { ...old, nodeId }, more));
  if (!isKept) await adjustUse(client, scope, more - Number(old.size));
  return entry;
}

const valuesOf = (blob: NewBlob | KeptBlob) => [
  ...[blob.id, blob.sha256, blob.size],
  "bytes" in blob ? blob.bytes : null,
];

/** What was written, or that nothing was. */
type Written = { isThere: boolean } & (NodeRow | { id: null });

function writtenEntry(scope: Scope, row: Written | undefined, refusal: () => Error): Entry {
  if (!row?.isThere) throw absent();
  if (row.id === null) throw refusal();
  return toEntry(scope, row);
}
