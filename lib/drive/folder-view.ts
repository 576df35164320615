import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { findMount } from "@/lib/files/mounts";
import { EntryView, FolderView } from "@/lib/files/schema";
import type { Entry, TreePath } from "@/lib/files/tree";
import { drive } from "./drive";

/** An entry as the JSON API gives it. */
export const viewEntry = (entry: Entry): EntryView =>
  EntryView.parse({ ...entry, modifiedAt: entry.modifiedAt.toISOString() });

/** A page of a folder, the folder itself, and from whom it comes. @throws what the tree throws */
export async function getFolder(
  user: UserPrincipal,
  path: TreePath,
  page: { after?: string; limit?: number } = {},
): Promise<FolderView> {
  const tree = drive(user);
  const [folder, { items, next }, from] = await Promise.all([
    tree.stat(path),
    tree.list(path, page),
    findSource(user, path),
  ]);
  return FolderView.parse({ folder: viewEntry(folder), from, items: items.map(viewEntry), next });
}

/** What stands at a path, and from whom it comes. @throws what the tree throws */
export async function getEntry(user: UserPrincipal, path: TreePath) {
  const [entry, from] = await Promise.all([drive(user).stat(path), findSource(user, path)]);
  return { ...viewEntry(entry), from };
}

/** Through which received share a path leads, without asking anybody; null among one's own files. */
async function findSource(user: UserPrincipal, path: TreePath): Promise<FolderView["from"]> {
  const mount = await findMount(user, path);
  if (!mount) return null;
  const { siteId, userId } = user;
  const { receivedShareId } = mount;
  const share = await db().receivedShare.findFirst({ where: { siteId, receiverId: userId, id: receivedShareId } });
  return share && { receivedShareId, senderName: share.senderName, provider: share.provider, role: share.role };
}
