import { conflict } from "@/lib/core/errors";
import { removeUnchanged, type Tree, type TreePath } from "@/lib/files/tree";
import type { Carried } from "./journey";

/**
 * The end of a move: takes away what was carried, as far as it is still what was carried. Where it can be restored, a
 * folder goes as one; elsewhere file by file, and folders only once they are empty: what somebody put there meanwhile
 * must not go with them.
 *
 * @throws CHANGED_MEANWHILE and what the tree throws
 */
export async function removeCarried(tree: Tree, carried: Carried[]): Promise<void> {
  let isAll = true;
  for (const { path, kind, etag } of tree.hasTrash ? carried.slice(0, 1) : carried.toReversed()) {
    const expected = kind === "file" || tree.hasTrash ? etag : await etagIfEmpty(tree, path);
    if (expected === null || !(await removeUnchanged(tree, path, expected))) isAll = false;
  }
  if (!isAll) {
    const message = "All of it was copied, but some of it changed meanwhile: that was left where it was as well.";
    throw conflict("CHANGED_MEANWHILE", message);
  }
}

/** The etag is asked for first: what is put into the folder after the look changes it. */
async function etagIfEmpty(tree: Tree, path: TreePath): Promise<string | null> {
  const { etag } = await tree.stat(path);
  const { items, unshown = 0 } = await tree.list(path, { limit: 1 });
  return items.length === 0 && unshown === 0 ? etag : null;
}
