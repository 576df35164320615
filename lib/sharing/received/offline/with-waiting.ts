import { notFound } from "@/lib/core/errors";
import { listWaitingCopies } from "@/lib/files/offline-edits";
import type { Entry, Page, Tree, TreePath } from "@/lib/files/tree";
import { findKnownEntry, findKnownPage, keyOfPath } from "@/lib/sharing/received/known/known-rows";
import { findSteps, isPlaced, isRearranged } from "@/lib/sharing/received/offline/steps";
import type { ReceivedShare } from "@/prisma/generated/client";

type Shown = Pick<Tree, "stat" | "list">;

/**
 * The same tree as its receiver left it: what was changed here and waits to be sent stands in it, whatever its cloud has
 * by now.
 */
export const withWaiting = <T extends Shown>(share: ReceivedShare, tree: T): T => ({
  ...tree,
  async stat(path) {
    const waiting = await waitingIn(share, path.slice(0, -1));
    const changed = waiting.find((entry) => isOf(entry, path.at(-1)));
    if (changed) return changed;
    if (!(await isPlacedHere(share, path))) return tree.stat(path);
    return (await findKnownEntry(share, path))?.entry ?? gone();
  },
  async list(path, page = {}) {
    const [steps, key] = [await findSteps(share), keyOfPath(path)];
    const isHere = key !== null && isRearranged(steps, key);
    const known = isHere ? await findKnownPage(share, path, page) : null;
    if (!known && key !== null && isPlaced(steps, key)) gone();
    return layWaiting(share, path, page, known ?? (await tree.list(path, page)));
  },
});

/** Whether what stands at a path, or that nothing does, is of one's own doing, of which its cloud has not heard. */
export async function isPlacedHere(share: ReceivedShare, path: TreePath): Promise<boolean> {
  const key = keyOfPath(path);
  return key !== null && isPlaced(await findSteps(share), key);
}

function gone(): never {
  throw notFound("NODE_NOT_FOUND", "There is no such file or folder.");
}

/** A page of a folder with what waits to be sent in place of what it was made from; what is new stands at the end. */
async function layWaiting(
  share: ReceivedShare,
  path: TreePath,
  { after }: { after?: string },
  page: Page<Entry>,
): Promise<Page<Entry>> {
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
  const copies = await listWaitingCopies({ siteId, receivedShareId: id, folder: key });
  return copies.map(({ entry }) => ({ ...entry, canWrite: role === "editor" }));
}
