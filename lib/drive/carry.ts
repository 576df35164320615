import { conflict, hasCode } from "@/lib/core/errors";
import type { Entry, Tree, TreePath } from "@/lib/files/tree";

export type Place = { tree: Tree; path: TreePath };
/** Where to, and how a folder that came only in part is taken away again. */
export type Target = Place & { discard: (folder: Entry) => Promise<void> };
type Options = {
  overwrite?: boolean;
  depth?: "0" | "infinity" /** The source will go, so all of it must come. */;
  isMove?: boolean;
};

/** Another cloud may answer with folders without end. */
const MAX_DEPTH = 100;

/**
 * Copies from one tree into another, byte by byte through us. What stands there and may be overwritten is removed
 * first, as each tree removes: one's own goes to the trash. What breaks off half-way is taken away again.
 *
 * @throws NAME_TAKEN, TOO_DEEP, IS_RECEIVED_SHARE, and what both trees throw
 */
export async function carry(
  source: Place,
  target: Target,
  { overwrite, depth, isMove = false }: Options = {},
): Promise<Entry> {
  const entry = await source.tree.stat(source.path);
  if (entry.receivedShareId) throw staysWhereItIs();
  const standing = await target.tree.stat(target.path).catch((error) => {
    if (hasCode(error, "NODE_NOT_FOUND")) return null;
    throw error;
  });
  if (standing && !overwrite) throw conflict("NAME_TAKEN", "There is already something of this name.");
  if (standing) await target.tree.remove(target.path);
  if (entry.kind === "file") return carryFile(source, target);

  const made = await target.tree.makeFolder(target.path);
  if (depth === "0") return made;
  try {
    await carryContent(source, target, { isMove, depth: MAX_DEPTH });
  } catch (error) {
    await target.discard(made).catch(() => {}); // the first failure is the one to tell
    throw error;
  }
  return target.tree.stat(target.path);
}

async function carryFile(source: Place, target: Place): Promise<Entry> {
  const { entry, body } = await source.tree.read(source.path);
  try {
    return (await target.tree.write(target.path, body, { size: entry.size, ifAbsent: true })).entry;
  } finally {
    body.destroy();
  }
}

async function carryContent(
  source: Place,
  target: Place,
  { isMove, depth }: { isMove: boolean; depth: number },
): Promise<void> {
  if (depth === 0) throw conflict("TOO_DEEP", "The folder holds folders in folders deeper than can be copied.");
  let after: string | undefined;
  do {
    const { items, next } = await source.tree.list(source.path, { after });
    for (const { name, kind, receivedShareId } of items) {
      if (receivedShareId && isMove) throw staysWhereItIs();
      if (receivedShareId) continue; // another person's, who shared it with this one only
      const below = {
        source: { ...source, path: [...source.path, name] },
        target: { ...target, path: [...target.path, name] },
      };
      if (kind === "file") {
        await carryFile(below.source, below.target);
      } else {
        await target.tree.makeFolder(below.target.path);
        await carryContent(below.source, below.target, { isMove, depth: depth - 1 });
      }
    }
    after = next ?? undefined;
  } while (after);
}

const staysWhereItIs = () =>
  conflict("IS_RECEIVED_SHARE", "What was shared with you cannot be moved into what somebody else shares.");
