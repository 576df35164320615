import { inTransaction, pool, type Tx } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { OfflineCopy } from "@/prisma/generated/client";
import { adjustUse } from "./internal/lease";
import { freeName, lockTree, recordChange, rootOf } from "./internal/transaction";
import { mediaTypeOf } from "./media-types";
import { markedName, tidyName } from "./names";
import { COLUMNS, dropOfflineCopies, type OfflineCopy as Kept, type Row, toCopy } from "./offline-copies";
import type { Entry } from "./tree";

type Owner = { siteId: string; userId: string };
type Place = { nodeId: string; path: string };
type Below = { siteId: string; nodeId: string; path?: string };

/** The places of what was changed here and waits to be sent, the longest waiting first. */
export async function listOfflineEdits(tx: Tx, { siteId, nodeId, path = "" }: Below): Promise<string[]> {
  const rows = await tx.$queryRaw<{ path: string }[]>`
    SELECT path FROM "OfflineCopy" WHERE "siteId" = ${siteId}::uuid AND "nodeId" = ${nodeId}::uuid
       AND "baseEtag" IS NOT NULL AND (path = ${path} OR starts_with(path, ${`${path}/`})) ORDER BY "keptAt"`;
  return rows.map((row) => row.path);
}

/** What was changed in one folder of a received share and waits to be sent. */
export async function listWaitingCopies({
  siteId,
  receivedShareId,
  folder,
}: {
  siteId: string;
  receivedShareId: string;
  folder: string;
}): Promise<Kept[]> {
  const text = `SELECT ${COLUMNS} FROM "OfflineCopy" c
    WHERE c."siteId" = $1 AND c."baseEtag" IS NOT NULL AND c."path" <> '' AND left(c."path", -strpos(reverse(c."path"), '/')) = $3
      AND c."nodeId" = (SELECT id FROM "FileNode" WHERE "siteId" = $1 AND "mountId" = $2 LIMIT 1) ORDER BY c."path"`;
  const { rows } = await pool().query<Row>({
    name: "offline-waiting",
    text,
    values: [siteId, receivedShareId, folder],
  });
  return rows.map(toCopy);
}

/** What was changed here is now so on its cloud. If it was changed once more meanwhile, that waits from there on. */
export async function settleOfflineEdit(
  { siteId }: Owner,
  { nodeId, path }: Place,
  { blobId }: Kept,
  { id, etag, modifiedAt }: Entry,
): Promise<void> {
  await pool().query(
    `UPDATE "OfflineCopy" SET "baseEtag" = CASE WHEN "blobId" = $4 THEN NULL ELSE $5 END,
            "etag" = CASE WHEN "blobId" = $4 THEN $5 ELSE "etag" END, "entryId" = $6,
            "modifiedAt" = CASE WHEN "blobId" = $4 THEN $7 ELSE "modifiedAt" END
      WHERE "siteId" = $1 AND "nodeId" = $2 AND "path" = $3`,
    [siteId, nodeId, path, blobId, etag, id, modifiedAt],
  );
}

/** Lets go of what was changed here, since it is elsewhere now, and gives its room back. */
export async function dropOfflineEdit(
  { siteId, userId: ownerId }: Owner,
  { nodeId, path }: Place,
  { blobId }: Kept,
): Promise<void> {
  await inTransaction("BEGIN", async (client) => {
    const { rows } = await client.query<{ size: string }>(
      `DELETE FROM "OfflineCopy" WHERE "siteId" = $1 AND "nodeId" = $2 AND "path" = $3 AND "blobId" = $4 RETURNING "size"`,
      [siteId, nodeId, path, blobId],
    );
    await adjustUse(client, { siteId, ownerId }, -Number(rows[0]?.size ?? 0));
  });
}

/** What waits to be sent of a place and below it: of each file the etag that it was made from, by its place. */
export async function listOfflineBases(tx: Tx, { siteId, nodeId, path = "" }: Below): Promise<Map<string, string>> {
  const rows = await tx.$queryRaw<{ path: string; base: string }[]>`
    SELECT path, "baseEtag" AS base FROM "OfflineCopy" WHERE "siteId" = ${siteId}::uuid AND "nodeId" = ${nodeId}::uuid
       AND "baseEtag" IS NOT NULL AND (path = ${path} OR starts_with(path, ${`${path}/`})) FOR UPDATE`;
  return new Map(rows.map((row) => [row.path, row.base]));
}

/** Lets a file that is only here stand where another does: from then on it is what that one was changed to. */
export async function putOfflineEditOver(
  tx: Tx,
  { siteId, nodeId, from, to }: { siteId: string; nodeId: string; from: string; to: string },
  { entryId, base }: { entryId: string; base: string },
): Promise<void> {
  await dropOfflineCopies(tx, { siteId, nodeId, path: to }, { withEdits: true });
  await tx.offlineCopy.update({
    where: { siteId_nodeId_path: { siteId, nodeId, path: from } },
    data: { path: to, baseEtag: base, entryId },
  });
}

/** Of a file that was not changed on its cloud, but is told of by another etag there. */
export async function renewOfflineEtag(
  tx: Tx,
  { siteId, nodeId, path }: { siteId: string } & Place,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await tx.offlineCopy.updateMany({ where: { siteId, nodeId, path, baseEtag: null, etag: from }, data: { etag: to } });
  await tx.offlineCopy.updateMany({ where: { siteId, nodeId, path, baseEtag: from }, data: { baseEtag: to } });
}

/**
 * Puts what was changed here and cannot be sent any more at the top of its receiver's own files, under a name that says
 * so; its room stays counted. Returns the names that it has had and those that it has now.
 */
export async function moveEditsToOwn(
  tx: Tx,
  { siteId, nodeId, path = "" }: Below,
): Promise<[name: string, now: string][]> {
  const { ownerId } = await tx.fileNode.findUniqueOrThrow({ where: { siteId_id: { siteId, id: nodeId } } });
  await lockTree(tx, siteId, ownerId);
  // What is written once more at this moment comes before, and is what is moved, or after, and finds no copy.
  const edits = await tx.$queryRaw<Edit[]>`
    DELETE FROM "OfflineCopy" WHERE "siteId" = ${siteId}::uuid AND "nodeId" = ${nodeId}::uuid
       AND "baseEtag" IS NOT NULL AND (path = ${path} OR starts_with(path, ${`${path}/`}))
    RETURNING "siteId"::text, "nodeId"::text, path, "blobId"::text, size, "modifiedAt", "keptAt"`;
  const moved: [string, string][] = [];
  for (const edit of edits.sort((one, other) => one.keptAt.getTime() - other.keptAt.getTime())) {
    const { blobId, size, modifiedAt } = edit;
    const folderId = await rootOf(tx, siteId, ownerId);
    const name = await nameOf(tx, edit);
    const free = await freeName(tx, { siteId, folderId, name: markedName(name, "not sent", true), isFile: true });
    const id = newId();
    const file = { kind: "file" as const, name: free, blobId, size, mediaType: mediaTypeOf(free), modifiedAt };
    await tx.fileNode.create({ data: { siteId, id, ownerId, parentId: folderId, ...file } });
    await recordChange(tx, siteId, id);
    moved.push([name, free]);
  }
  return moved;
}

type Edit = Pick<OfflineCopy, "siteId" | "nodeId" | "path" | "blobId" | "size" | "modifiedAt" | "keptAt">;

/** A share of one file has its name where it stands. */
async function nameOf(tx: Tx, { siteId, nodeId, path }: { siteId: string; nodeId: string; path: string }) {
  if (path !== "") return tidyName(path.slice(path.lastIndexOf("/") + 1));
  return (await tx.fileNode.findUniqueOrThrow({ where: { siteId_id: { siteId, id: nodeId } } })).name;
}
