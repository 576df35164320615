import { newId } from "@/lib/core/ids";
import { mediaTypeOf } from "../media-types";
import type { Entry } from "../tree";
import { adjustUse } from "./lease";
import { type NodeRow, toEntry } from "./node-row";
import { LOG_CHANGE, PLACE, placeOf } from "./place";
import { absent, etagMismatch, uploadExpired } from "./refusals";
import type { Scope } from "./scope";
import { NODE_COLUMNS, type Queryable } from "./sql";

/** Bytes in the store that are about to be seen; the id is that of blob and lease. */
export type StoredBlob = { id: string; size: number; sha256: string; reserved: number };

/** For `WITH`: the lease ends where the blob's row begins; without a lease the bytes may be swept, so nothing is written. */
const BLOB = `
lease AS (
  DELETE FROM "UploadLease" l USING place WHERE l."siteId" = $1 AND l."id" = $5 RETURNING l."id"
), blob AS (
  INSERT INTO "Blob" ("siteId", "id", "sha256", "size") SELECT $1, lease."id", $6, $7 FROM lease
)`;

const CREATE = `
WITH RECURSIVE ${PLACE}, ${BLOB}, node AS (
  INSERT INTO "FileNode" AS n ("siteId", "ownerId", "parentId", "id", "kind", "name", "blobId", "size", "mediaType")
  SELECT $1, $4, $2, $8, 'file', $9, lease."id", $7, $10 FROM lease
  RETURNING ${NODE_COLUMNS}
), change AS (${LOG_CHANGE})
SELECT * FROM node`;

const REPLACE = `
WITH RECURSIVE ${PLACE}, ${BLOB}, node AS (
  UPDATE "FileNode" n SET "blobId" = lease."id", "size" = $7, "modifiedAt" = now() FROM lease
  WHERE n."siteId" = $1 AND n."id" = $8
  RETURNING ${NODE_COLUMNS}
), change AS (${LOG_CHANGE})
SELECT * FROM node`;

/** @throws NODE_NOT_FOUND; a violation of the key of names if something of this name is there */
export async function commitNewFile(
  client: Queryable,
  scope: Scope,
  { id, size, sha256 }: StoredBlob,
  { folderId, name }: { folderId: string; name: string },
): Promise<Entry> {
  const values = [...placeOf(scope, folderId), scope.ownerId, id, sha256, size, newId(), name, mediaTypeOf(name)];
  const { rows } = await client.query<NodeRow>({ name: "files-create", text: CREATE, values });
  if (!rows[0]) throw await whyNot(client, scope, id);
  return toEntry(scope, rows[0]);
}

/** @throws NODE_NOT_FOUND, ETAG_MISMATCH, QUOTA_EXCEEDED */
export async function commitReplacement(
  client: Queryable,
  scope: Scope,
  blob: StoredBlob,
  { nodeId, ifMatch }: { nodeId: string; ifMatch?: string },
): Promise<Entry> {
  const found = await client.query<{ parentId: string; blobId: string; size: string }>(
    `SELECT "parentId", "blobId", "size" FROM "FileNode"
     WHERE "siteId" = $1 AND "id" = $2 AND "kind" = 'file' AND "trashedAt" IS NULL FOR UPDATE`,
    [scope.siteId, nodeId],
  );
  const old = found.rows[0];
  if (!old) throw absent();
  if (ifMatch !== undefined && ifMatch !== old.blobId) throw etagMismatch();

  // A shared file stands in a folder that is not shared.
  const where = nodeId === scope.rootId ? { ...scope, rootId: null } : scope;
  const values = [...placeOf(where, old.parentId), scope.ownerId, blob.id, blob.sha256, blob.size, nodeId];
  const { rows } = await client.query<NodeRow>({ name: "files-replace", text: REPLACE, values });
  if (!rows[0]) throw await whyNot(client, scope, blob.id);
  await adjustUse(client, scope, blob.size - Number(old.size) - blob.reserved);
  return toEntry(scope, rows[0]);
}

async function whyNot(client: Queryable, { siteId }: Scope, leaseId: string) {
  const { rowCount } = await client.query(`SELECT FROM "UploadLease" WHERE "siteId" = $1 AND "id" = $2`, [
    siteId,
    leaseId,
  ]);
  return rowCount === 0 ? uploadExpired() : absent();
}
