import { db, type Tx } from "@/lib/core/db";
import { isId } from "@/lib/core/ids";
import { enqueue } from "@/lib/jobs/enqueue";
import { absent } from "./internal/refusals";
import { readTimeCursor, writeTimeCursor } from "./internal/time-cursor";
import { freeName, lockTree, recordChange, rootOf } from "./internal/transaction";
import { isUnlocked, type Touched } from "./locks";
import { nodePath } from "./nodes";
import { TrashedView } from "./schema";

type Owner = { siteId: string; userId: string };
type TrashedRow = {
  id: string;
  name: string;
  kind: string;
  size: bigint;
  trashedAt: Date | null;
  trashedFrom: string | null;
};

const inTrash = ({ siteId, userId }: Owner) => ({ siteId, ownerId: userId, trashedAt: { not: null }, purgedAt: null });

const viewTrashed = (row: TrashedRow): TrashedView =>
  TrashedView.parse({
    ...row,
    size: Number(row.size),
    trashedAt: row.trashedAt?.toISOString(),
    trashedFrom: row.trashedFrom ?? "/",
  });

/** What a person deleted, the latest first. */
export async function listTrash(owner: Owner, page: { after?: string; limit?: number } = {}) {
  const limit = Math.min(page.limit ?? 200, 1000);
  const rows = await db().fileNode.findMany({
    where: { ...inTrash(owner), ...(page.after !== undefined && { OR: before(page.after) }) },
    orderBy: [{ trashedAt: "desc" }, { id: "desc" }],
    take: limit + 1,
  });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const next = rows.length > limit && last?.trashedAt ? writeTimeCursor({ at: last.trashedAt, id: last.id }) : null;
  return { items: items.map(viewTrashed), next };
}

function before(cursor: string) {
  const { at: trashedAt, id } = readTimeCursor(cursor);
  return [{ trashedAt: { lt: trashedAt } }, { trashedAt, id: { lt: id } }];
}

/** Something in the trash; null if it is not there, as whatever another cloud has. */
export async function findTrashed(owner: Owner, nodeId: string): Promise<TrashedView | null> {
  if (!isId(nodeId)) return null;
  const row = await db().fileNode.findFirst({ where: { ...inTrash(owner), id: nodeId } });
  return row && viewTrashed(row);
}

/**
 * Puts things back into the folder they were in, or at the top if that is gone, under a numbered name if theirs is
 * taken. What is no longer in the trash is passed over.
 *
 * @throws NODE_NOT_FOUND if nothing was there to restore, LOCKED if a program has locked where it would go
 */
export async function restoreTrashed(owner: Owner, ids: string[]): Promise<{ id: string; path: string }[]> {
  const { siteId, userId } = owner;
  await isUnlocked(owner, await placesOf(owner, ids), []).refuse();
  const restored = await db().$transaction(async (tx) => {
    await lockTree(tx, siteId, userId);
    // The latest first: a folder is back before what had been deleted from it.
    const rows = await tx.fileNode.findMany({
      where: { ...inTrash(owner), id: { in: ids } },
      orderBy: { trashedAt: "desc" },
    });
    for (const row of rows) await restoreOne(tx, owner, row);
    return rows.map(({ id }) => id);
  });
  if (restored.length === 0) throw absent();
  return Promise.all(restored.map(async (id) => ({ id, path: (await nodePath(siteId, id)) ?? "/" })));
}

/** Where things would come back, each under a name that is nobody's: what stands there under its own is not replaced. */
async function placesOf(owner: Owner, ids: string[]): Promise<Touched[]> {
  const where = { ...inTrash(owner), id: { in: ids } };
  const rows = await db().fileNode.findMany({ where, select: { id: true, parentId: true } });
  const folders = new Map<string | null, string[]>();
  for (const { parentId } of rows) {
    if (folders.has(parentId)) continue;
    const path = parentId && (await nodePath(owner.siteId, parentId));
    folders.set(parentId, path ? path.split("/").filter(Boolean) : []);
  }
  return rows.map(({ id, parentId }) => ({ path: [...(folders.get(parentId) ?? []), id], inFolder: true }));
}

async function restoreOne(
  tx: Tx,
  { siteId, userId }: Owner,
  row: { id: string; parentId: string | null; name: string; kind: string },
) {
  const folderId =
    (row.parentId && (await isLive(tx, siteId, row.parentId)) && row.parentId) || (await rootOf(tx, siteId, userId));
  const name = await freeName(tx, { siteId, folderId, name: row.name, isFile: row.kind === "file" });
  await tx.fileNode.update({
    where: { siteId_id: { siteId, id: row.id } },
    data: { parentId: folderId, name, trashedAt: null, trashedFrom: null },
  });
  await recordChange(tx, siteId, row.id);
}

/** Whether neither this node nor a folder above it is in the trash. */
async function isLive(tx: Tx, siteId: string, nodeId: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ isLive: boolean | null }[]>`
    WITH RECURSIVE up AS (
      SELECT n."parentId", n."trashedAt" FROM "FileNode" n WHERE n."siteId" = ${siteId}::uuid AND n."id" = ${nodeId}::uuid
      UNION ALL
      SELECT p."parentId", p."trashedAt" FROM up u
      JOIN "FileNode" p ON p."siteId" = ${siteId}::uuid AND p."id" = u."parentId"
    )
    SELECT bool_and("trashedAt" IS NULL) AS "isLive" FROM up`;
  return row?.isLive ?? false;
}

/**
 * Deletes from the trash for good: gone for people at once, the bytes and the shares below by a job.
 *
 * @throws NODE_NOT_FOUND if nothing was there to delete
 */
export async function deleteForGood(owner: Owner, ids: string[] | "all"): Promise<void> {
  const { siteId, userId } = owner;
  await db().$transaction(async (tx) => {
    const { count } = await tx.fileNode.updateMany({
      where: { ...inTrash(owner), ...(ids !== "all" && { id: { in: ids } }) },
      data: { purgedAt: new Date() },
    });
    if (count === 0 && ids !== "all") throw absent();
    if (count > 0) await enqueue(tx, "purge", { siteId, userId }, { key: `purge:${userId}` });
  });
}
