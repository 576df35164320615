import { randomInt } from "node:crypto";
import { hasCode } from "@/lib/core/errors";
import { numberedName } from "@/lib/files/names";
import type { Entry, Tree, TreePath } from "@/lib/files/tree";

/** Each may be a question to another cloud, which may say forever that the name is taken. */
const TRIES = 50;

type Options = { signal?: AbortSignal; kind?: Entry["kind"] };

/** The path itself or the first numbered one that is free; after many that are not, one with a number out of the hat. */
export async function freePath(
  tree: Pick<Tree, "stat">,
  path: TreePath,
  { signal, kind = "file" }: Options = {},
): Promise<TreePath> {
  const folder = path.slice(0, -1);
  const name = path.at(-1) ?? "";
  const numbered = (number: number) => [...folder, numberedName(name, number, kind === "file")];
  for (let number = 1; number <= TRIES; number++) {
    signal?.throwIfAborted();
    const candidate = number === 1 ? path : numbered(number);
    if (await isFree(tree, candidate)) return candidate;
  }
  return numbered(randomInt(1_000_000, 1_000_000_000));
}

async function isFree(tree: Pick<Tree, "stat">, path: TreePath): Promise<boolean> {
  try {
    await tree.stat(path);
    return false;
  } catch (error) {
    if (hasCode(error, "NODE_NOT_FOUND")) return true;
    throw error;
  }
}
