import { notFound } from "@/lib/core/errors";
import { listWaitingCopies } from "@/lib/files/offline-edits";
import type { Entry, Page, Tree, TreePath } from "@/lib/files/tree";
import { findKnownEntry, findKnownPage, keyOfPath } from "@/lib/sharing/received/known/known-rows";
import { findSteps, isPlaced, isRearranged, type Step } from "@/lib/sharing/received/offline/steps";
import type { ReceivedShare } from "@/prisma/generated/client";

type Shown = Pick<Tree, "stat" | "list">;

/** What waits in a share, and of that what is in one folder. */
type Waiting = { steps: Step[]; entries: Entry[] };

/**
 * The same tree as its receiver left it: what was changed here and waits to be sent stands in it, whatever its cloud has
 * by now. Who only looks looks once: the pages of a folder tell what waited when the first of them was asked for.
 */
export function withWaiting<T extends Shown>(share: ReceivedShare, tree: T, { isToLookAt = false } = {}): T {
  let seen: { folder: string; waiting: Promise<Waiting> } | null = null;
  const waitingFor = (path: TreePath, { after }: { after?: string }): Promise<Waiting> => {
    const folder = path.join("/");
    if (isToLookAt && after !== undefined && seen?.folder === folder) return seen.waiting;
    const waiting = Promise.all([findSteps(share), waitingIn(share, path)]).then(([steps, entries]) => ({
      steps,
      entries,
    }));
    seen = { folder, waiting };
    return waiting;
  };

  return {
    ...tree,
    async stat(path) {
      const waiting = await waitingIn(share, path.slice(0, -1));
      const changed = waiting.find((entry) => isOf(entry, path.at(-1)));
      if (changed) return changed;
      if (!(await isPlacedHere(share, path))) return tree.stat(path);
      return (await findKnownEntry(share, path))?.entry ?? gone();
    },
    async list(path, page = {}) {
      const key = keyOfPath(path);
      const { steps, entries } = await waitingFor(path, page);
      const isHere = key !== null && isRearranged(steps, key);
      const known = isHere ? await findKnownPage(share, path, page) : null;
      if (!known && key !== null && isPlaced(steps, key)) gone();
      return layWaiting(share, path, { page: known ?? (await tree.list(path, page)), after: page.after }, entries);
    },
  };
}

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
  { page, after }: { page: Page<Entry>; after?: string },
  waiting: Entry[],
): Promise<Page<Entry>> {
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
