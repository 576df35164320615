import { pool, type Tx } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import { freeName, lockTree, recordChange, rootOf } from "./internal/transaction";
import { walk } from "./internal/walk";
import { tidyName } from "./names";
import type { TreePath } from "./tree";

type Mount = { siteId: string; userId: string; receivedShareId: string; name: string };

/** Lets a received share stand at the top of a person's files, under its name or a numbered one. Returns the node's id. */
export async function placeMount(tx: Tx, { siteId, userId, receivedShareId, name }: Mount): Promise<string> {
  await lockTree(tx, siteId, userId);
  const standing = await tx.fileNode.findFirst({ where: { siteId, ownerId: userId, mountId: receivedShareId } });
  if (standing) return standing.id;

  const parentId = await rootOf(tx, siteId, userId);
  const free = await freeName(tx, { siteId, folderId: parentId, name: tidyName(name), isFile: false });
  const id = newId();
  await tx.fileNode.create({
    data: { siteId, id, ownerId: userId, parentId, kind: "mount", name: free, mountId: receivedShareId },
  });
  await recordChange(tx, siteId, id);
  return id;
}

/** The received share that a path leads into, and the rest of the path within it; null where it stays among own nodes. */
export async function findMount(
  { siteId, userId }: { siteId: string; userId: string },
  path: TreePath,
): Promise<{ receivedShareId: string; rest: string[] } | null> {
  const scope = { siteId, ownerId: userId, rootId: null, canWrite: true };
  const { node, rest } = await walk(pool(), scope, path);
  return node.mountId ? { receivedShareId: node.mountId, rest } : null;
}

/** Takes away the place where a received share stands; none is no error. */
export async function removeMount(tx: Tx, siteId: string, receivedShareId: string): Promise<void> {
  const found = await tx.fileNode.findFirst({ where: { siteId, mountId: receivedShareId }, select: { ownerId: true } });
  if (!found) return;
  await lockTree(tx, siteId, found.ownerId);
  for (const { id } of await tx.fileNode.findMany({ where: { siteId, mountId: receivedShareId } })) {
    await recordChange(tx, siteId, id);
    await tx.fileNode.delete({ where: { siteId_id: { siteId, id } } });
  }
}

/** Makes the root of a new person's tree; without this it is made when it is first needed. */
export async function createRoot(tx: Tx, siteId: string, userId: string): Promise<void> {
  await lockTree(tx, siteId, userId);
  await rootOf(tx, siteId, userId);
}
