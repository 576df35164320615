import { conflict } from "@/lib/core/errors";
import type { Entry, Tree, TreePath } from "@/lib/files/tree";

/** Something that was chosen, or that stands in it: where it is, and where in what was chosen. */
export type Selected = { entry: Entry; path: TreePath; within: TreePath };

/** Another cloud may answer with folders without end. */
const MOST = 50_000;
const MAX_DEPTH = 100;
/** An archive ends with all of its paths, which are kept until then. */
const MOST_PATH_BYTES = 16_000_000;

/** What was chosen of a folder; a received share is asked at its cloud. @throws what the tree throws */
export async function statSelection(tree: Tree, folder: TreePath, names: string[]): Promise<Selected[]> {
  const chosen: Selected[] = [];
  for (const name of new Set(names)) {
    const path = [...folder, name];
    const entry = await tree.stat(path);
    chosen.push({ entry, path, within: [entry.name] });
  }
  return chosen;
}

/**
 * What was chosen and all that stands in it, each folder before what it holds. Only as much of it is known at a time as
 * one page of each folder on the way.
 *
 * @throws TOO_MUCH, TOO_DEEP, and what the tree throws
 */
export async function* walkSelection(tree: Tree, chosen: Selected[]): AsyncGenerator<Selected> {
  let [count, pathBytes] = [0, 0];
  async function* from(selected: Selected, depth: number): AsyncGenerator<Selected> {
    if (++count > MOST) throw tooMuch(`These are more than ${MOST.toLocaleString("en")} files and folders.`);
    pathBytes += Buffer.byteLength(selected.within.join("/"));
    if (pathBytes > MOST_PATH_BYTES) throw tooMuch("The names of these files and folders are too long together.");
    yield selected;
    if (selected.entry.kind !== "folder") return;
    if (depth === 0) throw conflict("TOO_DEEP", "The folder holds folders in folders deeper than can be followed.");
    let after: string | undefined;
    do {
      const { items, next } = await tree.list(selected.path, { after });
      for (const entry of items) {
        const [path, within] = [selected.path, selected.within].map((names) => [...names, entry.name]);
        if (path && within) yield* from({ entry, path, within }, depth - 1);
      }
      after = next ?? undefined;
    } while (after);
  }
  for (const one of chosen) yield* from(one, MAX_DEPTH);
}

const tooMuch = (why: string) => conflict("TOO_MUCH", `${why} Take them in smaller parts.`);
