import { pool, type Tx } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import { pathOf } from "./internal/sql";
import { freeName, lockTree, recordChange, rootOf } from "./internal/transaction";
import { walk } from "./internal/walk";
import { markedName, tidyName } from "./names";
import { dropOfflineCopies } from "./offline-copies";
import { moveEditsToOwn } from "./offline-edits";
import type { TreePath } from "./tree";

type Mount = { siteId: string; userId: string; receivedShareId: string; name: string };

const LONGEST_GIVER = 40;

/**
 * Lets a received share stand at the top of a person's files: under its name, where that is taken with the name of who
 * gave it, else with a number. Returns the node's id.
 */
export async function placeMount(tx: Tx, { siteId, userId, receivedShareId, name }: Mount): Promise<string> {
  await lockTree(tx, siteId, userId);
  const standing = await tx.fileNode.findFirst({ where: { siteId, ownerId: userId, mountId: receivedShareId } });
  if (standing) return standing.id;

  const parentId = await rootOf(tx, siteId, userId);
  const free = await nameForMount(tx, { siteId, userId, receivedShareId, name: tidyName(name) }, parentId);
  const id = newId();
  await tx.fileNode.create({
    data: { siteId, id, ownerId: userId, parentId, kind: "mount", name: free, mountId: receivedShareId },
  });
  await recordChange(tx, siteId, id);
  return id;
}

async function nameForMount(tx: Tx, { siteId, receivedShareId, name }: Mount, folderId: string): Promise<string> {
  const { isFile, giver } = await giftOf(tx, siteId, receivedShareId);
  const free = await freeName(tx, { siteId, folderId, name, isFile });
  if (free === name || giver === "") return free;
  const marked = tidyName(markedName(name, [...giver].slice(0, LONGEST_GIVER).join(""), isFile));
  return freeName(tx, { siteId, folderId, name: marked, isFile });
}

/** Whether what stands at a mount is a file, and who gave it. */
export async function giftOf(tx: Tx, siteId: string, receivedShareId: string | null) {
  const where = { siteId, id: receivedShareId ?? undefined };
  const select = { resourceType: true, senderName: true };
  const share = receivedShareId ? await tx.receivedShare.findFirst({ where, select }) : null;
  return { isFile: share?.resourceType === "file", giver: share?.senderName ?? "" };
}

/** The received share that a path leads into, and the rest of the path within it; null where it stays among own nodes. */
export async function findMount(
  { siteId, userId }: { siteId: string; userId: string },
  path: TreePath,
): Promise<{ receivedShareId: string; nodeId: string; rest: string[] } | null> {
  const scope = { siteId, ownerId: userId, rootId: null, canWrite: true };
  const { node, rest } = await walk(pool(), scope, path);
  return node.mountId ? { receivedShareId: node.mountId, nodeId: node.id, rest } : null;
}

/** Where received shares stand among a person's files, with their paths, those changed last first. */
export async function listMounts(
  { siteId, userId }: { siteId: string; userId: string },
  limit: number,
): Promise<{ receivedShareId: string; nodeId: string; path: string }[]> {
  const text = `SELECT * FROM (
      SELECT n."mountId" AS "receivedShareId", n."id" AS "nodeId", ${pathOf("$1", `n."id"`)} AS path FROM "FileNode" n
       WHERE n."siteId" = $1 AND n."ownerId" = $2 AND n."kind" = 'mount' AND n."mountId" IS NOT NULL
         AND n."trashedAt" IS NULL ORDER BY n."modifiedAt" DESC, n."id" DESC LIMIT $3) m
    WHERE path IS NOT NULL`;
  const { rows } = await pool().query({ name: "mounts", text, values: [siteId, userId, limit] });
  return rows;
}

/** Keeps the place where a received share stands, if there is one, and its receiver's tree as they are until the end of the transaction. */
export async function lockMount(tx: Tx, siteId: string, receivedShareId: string): Promise<{ id: string } | null> {
  const found = await tx.fileNode.findFirst({ where: { siteId, mountId: receivedShareId }, select: { ownerId: true } });
  if (!found) return null;
  await lockTree(tx, siteId, found.ownerId);
  const [node] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM "FileNode" WHERE "siteId" = ${siteId}::uuid AND "mountId" = ${receivedShareId}::uuid FOR NO KEY UPDATE`;
  return node ?? null;
}

/** Takes away the place where a received share stands, with what is kept of it; none is no error.
 * What was changed here and not sent is kept among its receiver's own files. */
export async function removeMount(tx: Tx, siteId: string, receivedShareId: string): Promise<void> {
  const found = await tx.fileNode.findFirst({ where: { siteId, mountId: receivedShareId }, select: { ownerId: true } });
  if (!found) return;
  await lockTree(tx, siteId, found.ownerId);
  for (const { id } of await tx.fileNode.findMany({ where: { siteId, mountId: receivedShareId } })) {
    await recordChange(tx, siteId, id, { isLeaving: true });
    await moveEditsToOwn(tx, { siteId, nodeId: id });
    await dropOfflineCopies(tx, { siteId, nodeId: id });
    await tx.fileNode.delete({ where: { siteId_id: { siteId, id } } });
  }
}

/** Makes the root of a new person's tree; without this it is made when it is first needed. */
export async function createRoot(tx: Tx, siteId: string, userId: string): Promise<void> {
  await lockTree(tx, siteId, userId);
  await rootOf(tx, siteId, userId);
}
