import { listWaitingCopies } from "@/lib/files/offline-edits";
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
  list: async (path, page = {}) => layWaiting(share, path, page, await tree.list(path, page)),
});

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
  const copies = key === null ? [] : await listWaitingCopies({ siteId, receivedShareId: id, folder: key });
  return copies.map(({ entry }) => ({ ...entry, canWrite: role === "editor" }));
}
