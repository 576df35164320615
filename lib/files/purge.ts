import { db } from "@/lib/core/db";
import { listSites } from "@/lib/sites/sites";
import { removeUnusedBlobs } from "./blobs/sweep";
import { lockOwner } from "./internal/keep-former";
import { adjustUse } from "./internal/lease";
import { inTree } from "./internal/sql";
import { freeName, lockTree, recordChange, rootOf } from "./internal/transaction";
import { giftOf } from "./mounts";
import { nodesBelow } from "./nodes";
import { TRASH_DAYS } from "./schema";

const BATCH = 1000;
type Owner = { siteId: string; userId: string };
type Node = { siteId: string; nodeId: string };

/**
 * The job that removes what a person deleted for good, and gives the room back. Shares of any of it must have ended
 * before: `before` sees to that.
 */
export async function purge({ siteId, userId }: Owner, before: (node: Node) => Promise<void>): Promise<void> {
  const where = { siteId, ownerId: userId, purgedAt: { not: null } };
  const nodes = await db().fileNode.findMany({ where, select: { id: true }, orderBy: { purgedAt: "asc" } });
  for (const { id: nodeId } of nodes) {
    await before({ siteId, nodeId });
    await purgeNode({ siteId, nodeId });
  }
}

/** With all that is below it. Nothing is written there any more, so it may be interrupted and run again. */
async function purgeNode({ siteId, nodeId }: Node): Promise<void> {
  const top = await db().fileNode.findFirst({ where: { siteId, id: nodeId, purgedAt: { not: null } } });
  if (!top) return;
  const { ownerId } = top;
  await rescueBelow(siteId, ownerId, nodeId);

  const ids = await nodesBelow(siteId, nodeId);
  for (let first = 0; first < ids.length; first += BATCH) {
    const batch = ids.slice(first, first + BATCH);
    const blobIds = await inTree({ siteId, ownerId }, "shared", async (client) => {
      await lockOwner(client, { siteId, ownerId });
      type Row = { size: string; blobId: string | null };
      const remove = async (table: "FileVersion" | "FileNode", id: string) => {
        const text = `DELETE FROM "${table}" WHERE "siteId" = $1 AND "${id}" = ANY($2) RETURNING "size", "blobId"`;
        return (await client.query<Row>(text, [siteId, batch])).rows;
      };
      const rows = [...(await remove("FileVersion", "nodeId")), ...(await remove("FileNode", "id"))];
      await client.query(`DELETE FROM "FolderVersion" WHERE "siteId" = $1 AND "nodeId" = ANY($2)`, [siteId, batch]);
      await adjustUse(client, { siteId, ownerId }, -rows.reduce((sum, { size }) => sum + Number(size), 0));
      return rows.flatMap((row) => row.blobId ?? []);
    });
    await removeUnusedBlobs(siteId, blobIds);
  }
}

/**
 * Deletes for good what has been in the trash for longer than it waits there (`TRASH_DAYS`), as its owner might have
 * done. For the worker.
 */
export async function sweepTrash(): Promise<void> {
  const before = new Date(Date.now() - TRASH_DAYS * 86_400_000);
  for (const { id: siteId } of await listSites()) {
    const where = { siteId, trashedAt: { lt: before }, purgedAt: null };
    await db().fileNode.updateMany({ where, data: { purgedAt: new Date() } });
  }
  await sweepPurged();
}

/** Wakes the removal of what was deleted for good, wherever its job got lost or gave up. For the worker. */
export async function sweepPurged(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    await db().$executeRaw`
      SELECT graphile_worker.add_job('purge', json_build_object('siteId', ${siteId}::text, 'userId', "ownerId"),
               job_key => 'purge:' || "ownerId")
        FROM (SELECT DISTINCT "ownerId" FROM "FileNode" WHERE "siteId" = ${siteId}::uuid AND "purgedAt" IS NOT NULL) o`;
  }
}

/** What was deleted on its own can still be restored, and what others shared still stands: both outlive the folder. */
async function rescueBelow(siteId: string, ownerId: string, nodeId: string): Promise<void> {
  const below = await nodesBelow(siteId, nodeId);
  await db().$transaction(async (tx) => {
    await lockTree(tx, siteId, ownerId);
    const found = { siteId, id: { in: below, not: nodeId } };
    const root = await rootOf(tx, siteId, ownerId);
    await tx.fileNode.updateMany({
      where: { ...found, trashedAt: { not: null }, purgedAt: null },
      data: { parentId: root },
    });
    const mounts = await tx.fileNode.findMany({ where: { ...found, kind: "mount", trashedAt: null } });
    for (const { id, name, mountId } of mounts) {
      const { isFile } = await giftOf(tx, siteId, mountId);
      const free = await freeName(tx, { siteId, folderId: root, name, isFile });
      await tx.fileNode.update({ where: { siteId_id: { siteId, id } }, data: { parentId: root, name: free } });
      await recordChange(tx, siteId, id);
    }
  });
}
