import { AppError, hasCode } from "@/lib/core/errors";
import { type Entry, findEntry, type Page, removeUnchanged, type Tree, type TreePath } from "@/lib/files/tree";

/** What is to be removed, as it was last known: the etag of a file, or what was in a folder, by places within. */
type Known = { path: TreePath; etag: string | null; held: Map<string, string | null>; endsAt: number };
type Part = { path: TreePath; etag: string };

const MAX_DEPTH = 100;
const NOTHING: Page<Entry> = { items: [], next: null };

/**
 * Removes something from another cloud as far as it is still what it was known to be: all at once if nothing in it was
 * changed or came to it; else what was not. False: something of it is still there. What is gone already is removed.
 *
 * @throws TAKES_TOO_LONG (504) after `endsAt`; what the tree throws
 */
export async function removeAsKnown(tree: Tree, { path, etag, held, endsAt }: Known): Promise<boolean> {
  if (etag !== null) return removeUnchanged(tree, path, etag);
  const top = await findEntry(tree, path);
  if (!top) return true;
  if (top.kind === "file") return false;
  const { isWhole, parts } = await asKnown({ tree, held, endsAt }, { path, place: "", entry: top }, MAX_DEPTH);
  for (const part of parts) {
    requireTime(endsAt);
    if (!(await removeUnchanged(tree, part.path, part.etag)) && isWhole) return false;
  }
  return isWhole;
}

/** What goes while it is looked at holds nothing any more; that it is gone shows when it is removed. */
async function listUnlessGone(tree: Tree, path: TreePath, after?: string): Promise<Page<Entry>> {
  return tree.list(path, { after }).catch((error) => {
    if (hasCode(error, "NODE_NOT_FOUND") || hasCode(error, "NOT_A_FOLDER")) return NOTHING;
    throw error;
  });
}

function requireTime(endsAt: number): void {
  if (Date.now() > endsAt) throw new AppError(504, "TAKES_TOO_LONG", "It holds more than could be looked at in time.");
}

type Look = Omit<Known, "path" | "etag"> & { tree: Tree };
type Found = { path: TreePath; place: string; entry: Entry };

/** Whether all of something is as it was known; and what of it is, as few parts as can be. */
async function asKnown(
  look: Look,
  { path, place, entry: { kind, etag } }: Found,
  depth: number,
): Promise<{ isWhole: boolean; parts: Part[] }> {
  const { tree, held, endsAt } = look;
  const self = { isWhole: true, parts: [{ path, etag }] };
  if (kind === "file") return held.get(place) === etag ? self : { isWhole: false, parts: [] };
  // In a folder that came since, nothing can be as it was known.
  if (place !== "" && held.get(place) !== null) return { isWhole: false, parts: [] };
  let isWhole = depth > 0;
  const parts: Part[] = [];
  let after: string | undefined;
  do {
    requireTime(endsAt);
    const { items, next, unshown = 0 } = depth > 0 ? await listUnlessGone(tree, path, after) : NOTHING;
    if (unshown > 0) isWhole = false;
    for (const entry of items) {
      const inside = { path: [...path, entry.name], place: `${place}/${entry.name.normalize("NFC")}`, entry };
      const found = await asKnown(look, inside, depth - 1);
      isWhole &&= found.isWhole;
      parts.push(...found.parts);
    }
    after = next ?? undefined;
  } while (after !== undefined);
  return isWhole ? self : { isWhole, parts };
}
