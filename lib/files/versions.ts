import { inTransaction, pool, type Queryable } from "@/lib/core/db";
import { notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { resolveRange } from "@/lib/protocol/dav/range";
import { openBlob } from "./blobs/short";
import { commitReplacement, type KeptBlob, lockFile } from "./internal/commit-file";
import { deleteVersions, lockOwner, withRoom } from "./internal/keep-former";
import { rangeInvalid } from "./internal/refusals";
import { inTree } from "./internal/sql";
import { mediaTypeOf } from "./media-types";
import { getNode } from "./nodes";
import { VersionsView } from "./schema";
import type { Entry, ReadOptions, ReadResult, StillAllowed } from "./tree";

type Owner = { siteId: string; userId: string };

/** A file has fewer (`thinVersions`), but for what came since the last night. */
const MOST_LISTED = 1000;

const LIST = `
SELECT v."id", v."size", v."writtenAt", v."writtenBy", v."name" FROM "FileVersion" v
WHERE v."siteId" = $1 AND v."nodeId" = $2 ORDER BY v."replacedAt" DESC, v."id" DESC LIMIT ${MOST_LISTED}`;

/**
 * What a file of one's own holds and what it held before, the latest first.
 *
 * @throws NODE_NOT_FOUND
 */
export async function listVersions(owner: Owner, nodeId: string): Promise<VersionsView> {
  if (!isId(nodeId)) throw notFound("NODE_NOT_FOUND", "There is no such file or folder.");
  await getNode(owner, nodeId);
  const values = [owner.siteId, nodeId];
  type Row = { id: string; size: string; writtenAt: Date; writtenBy: string | null; name: string | null };
  const [now, { rows }] = await Promise.all([
    pool().query<Row>(
      `SELECT n."size", n."modifiedAt" AS "writtenAt", n."writtenBy" FROM "FileNode" n
       WHERE n."siteId" = $1 AND n."id" = $2`,
      values,
    ),
    pool().query<Row>({ name: "versions-of-file", text: LIST, values }),
  ]);
  const view = (row: Row | undefined) =>
    row && { ...row, size: Number(row.size), writtenAt: row.writtenAt.toISOString() };
  return VersionsView.parse({ current: view(now.rows[0]), items: rows.map(view) });
}

type Found = { nodeId: string; fileName: string; blobId: string; size: string; sha256: string; writtenAt: Date };

/** A version of a file that its owner can still see. @throws VERSION_NOT_FOUND */
async function findVersion(client: Queryable, { siteId, userId }: Owner, versionId: string, lock = ""): Promise<Found> {
  const { rows } = await client.query<Found>(
    `SELECT v."nodeId", n."name" AS "fileName", v."blobId", v."size", b."sha256", v."writtenAt" FROM "FileVersion" v
     JOIN "FileNode" n ON n."siteId" = v."siteId" AND n."id" = v."nodeId" AND n."purgedAt" IS NULL
     JOIN "Blob" b ON b."siteId" = v."siteId" AND b."id" = v."blobId"
     WHERE v."siteId" = $1 AND v."ownerId" = $2 AND v."id" = $3 ${lock}`,
    [siteId, userId, isId(versionId) ? versionId : null],
  );
  return rows[0] ?? Promise.reject(versionGone());
}

/** The file of a version. @throws VERSION_NOT_FOUND */
export const fileOfVersion = async (owner: Owner, versionId: string): Promise<string> =>
  (await findVersion(pool(), owner, versionId)).nodeId;

/** What a version looks like as a file, and its bytes. @throws VERSION_NOT_FOUND, RANGE_INVALID */
export function versionContent(owner: Owner, versionId: string) {
  const stat = async (): Promise<Entry & { size: number }> => {
    const { nodeId: id, fileName: name, blobId: etag, size, writtenAt } = await findVersion(pool(), owner, versionId);
    const file = { id, name, kind: "file", etag, canWrite: false } as const;
    return { ...file, size: Number(size), mediaType: mediaTypeOf(name), modifiedAt: writtenAt };
  };
  const read = async (_path: unknown, { range: asked, signal }: ReadOptions = {}): Promise<ReadResult> => {
    const entry = await stat();
    const range = asked ? resolveRange(asked, entry.size) : null;
    if (asked && !range) throw rangeInvalid();
    const body = await openBlob({ siteId: owner.siteId, id: entry.etag }, entry.size, range ?? undefined);
    if (!body) throw versionGone();
    signal?.addEventListener("abort", () => body.destroy(), { once: true });
    return { entry, range, body };
  };
  return { stat, read };
}

/**
 * Makes what a file held before its content again. That is a change like any other: what it holds now becomes a version,
 * and the one that was chosen stays among them.
 *
 * @throws VERSION_NOT_FOUND, NODE_NOT_FOUND if the file is in the trash, QUOTA_EXCEEDED
 */
export async function restoreVersion(owner: Owner, versionId: string, stillAllowed?: StillAllowed): Promise<Entry> {
  const { siteId, userId: ownerId } = owner;
  const scope = { siteId, ownerId, rootId: null, canWrite: true, stillAllowed };
  let bytes = 0;
  const restore = async (client: Queryable) => {
    // The file, its owner, the version: in the order of every write, so that nobody waits crosswise.
    await lockFile(client, siteId, (await findVersion(client, owner, versionId)).nodeId);
    await lockOwner(client, scope);
    // Whoever would take it away waits, and so do its bytes.
    const { nodeId, blobId: id, size, sha256 } = await findVersion(client, owner, versionId, `FOR SHARE OF v, b`);
    bytes = Number(size);
    const blob: KeptBlob = { id, size: bytes, sha256 };
    return commitReplacement(client, scope, blob, { nodeId });
  };
  return withRoom(
    scope,
    () => bytes,
    () => inTree(scope, "shared", restore),
  );
}

/** Calls a version something, by which it is kept until somebody deletes it; null lets it go its way. @throws VERSION_NOT_FOUND */
export async function nameVersion({ siteId, userId }: Owner, versionId: string, name: string | null): Promise<void> {
  const { rowCount } = await pool().query(
    `UPDATE "FileVersion" SET "name" = $4 WHERE "siteId" = $1 AND "ownerId" = $2 AND "id" = $3`,
    [siteId, userId, isId(versionId) ? versionId : null, name],
  );
  if (rowCount === 0) throw versionGone();
}

/** Deletes a version for good; its room is free at once. @throws VERSION_NOT_FOUND */
export async function deleteVersion({ siteId, userId }: Owner, versionId: string): Promise<void> {
  const owner = { siteId, ownerId: userId };
  const number = await inTransaction("BEGIN", async (client) => {
    await lockOwner(client, owner);
    return deleteVersions(client, owner, isId(versionId) ? [versionId] : []);
  });
  if (number === 0) throw versionGone();
}

const versionGone = () => notFound("VERSION_NOT_FOUND", "This version is not kept any more.");
