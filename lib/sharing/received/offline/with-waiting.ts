import { listWaitingCopies } from "@/lib/files/offline-edits";
import { findOfflineFolder, listWaitingFolders } from "@/lib/files/offline-folders";
import type { Entry, Page, Tree, TreePath } from "@/lib/files/tree";
import { findKnownEntry, keyOfPath } from "@/lib/sharing/received/known/known-rows";
import type { ReceivedShare } from "@/prisma/generated/client";

/**
 * The same tree as its receiver left it: what was changed here and waits to be sent stands in it, whatever its cloud has
 * by now.
 */
export const withWaiting = (share: ReceivedShare, tree: Tree): Tree => ({
  ...tree,
  async stat(path) {
    const waiting = await waitingIn(share, path.slice(0, -1));
    return waiting.find((entry) => isOf(entry, path.at(-1))) ?? tree.stat(path);
  },
  async list(path, page = {}) {
    const isMadeHere = (await findMadeHere(share, path)) !== null;
    return layWaiting(share, path, page, isMadeHere ? { items: [], next: null } : await tree.list(path, page));
  },
});

/** The folder at a path, if it was made here and is still to be made on the cloud of the share. */
export async function findMadeHere({ siteId, id, role }: ReceivedShare, path: TreePath): Promise<Entry | null> {
  const key = path.length > 0 ? keyOfPath(path) : null;
  const made = key === null ? null : await findOfflineFolder(siteId, id, key);
  return made && { ...made, canWrite: role === "editor" };
}

/** A page of a folder with what waits to be sent in place of what it was made from; what is new stands at the end. */
export async function layWaiting<P extends Page<Entry>>(
  share: ReceivedShare,
  path: TreePath,
  { after }: { after?: string },
  page: P,
): Promise<P> {
  const waiting = await waitingIn(share, path);
  if (waiting.length === 0) return page;
  const items = page.items.map((listed) => waiting.find((entry) => isOf(entry, listed.name)) ?? listed);
  if (page.next !== null) return { ...page, items };
  for (const entry of waiting) {
    if (items.includes(entry)) continue;
    const isEarlier = after !== undefined && (await findKnownEntry(share, [...path, entry.name])) !== null;
    if (!isEarlier) items.push(entry);
  }
  return { ...page, items };
}

const isOf = (entry: Entry, name = "") => entry.name === name.normalize("NFC");

async function waitingIn({ siteId, id, role }: ReceivedShare, folder: TreePath): Promise<Entry[]> {
  const key = keyOfPath(folder);
  if (key === null) return [];
  const [folders, copies] = await Promise.all([
    listWaitingFolders(siteId, id, key),
    listWaitingCopies({ siteId, receivedShareId: id, folder: key }),
  ]);
  return [...folders, ...copies.map(({ entry }) => entry)].map((entry) => ({ ...entry, canWrite: role === "editor" }));
}
