import { conflict } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { findMount } from "@/lib/files/mounts";
import { ownTree } from "@/lib/files/own-tree";
import { deleteForGood } from "@/lib/files/trash";
import type { Tree, TreePath } from "@/lib/files/tree";
import { announce } from "@/lib/notices/announce";
import { receivedTree } from "@/lib/sharing/received/received-tree";
import { carry, type Target } from "./carry";

type Located = Target & { receivedShareId: string | null };

/**
 * All that a person can reach as one tree: own nodes, and the received shares that stand among them. What goes from
 * one to another is streamed through us; within one, it is left to that one.
 * Where a share is opened, also what `receivedTree` throws.
 */
export function drive(user: UserPrincipal): Tree {
  const own = ownTree(user, { openMount: (receivedShareId) => receivedTree(user, receivedShareId) });

  /** Whose tree answers for a path. Of the place itself where a share stands, it is one's own. */
  const locate = async (path: TreePath): Promise<Located> => {
    const mount = await findMount(user, path);
    if (!mount || mount.rest.length === 0) return { tree: own, path, receivedShareId: null, discard: forGood };
    const { receivedShareId, rest } = mount;
    const tree = await receivedTree(user, receivedShareId);
    return { tree, path: rest, receivedShareId, discard: (madeAt) => tree.remove(madeAt) };
  };
  const forGood: Target["discard"] = async (path, { id }) => {
    await own.remove(path);
    await deleteForGood(user, [id]);
  };
  const told = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    announce(user);
    return result;
  };

  const move: Tree["move"] = async (from, to, options) => {
    const [source, target] = await Promise.all([locate(from), locate(to)]);
    if (source.receivedShareId === target.receivedShareId) return source.tree.move(source.path, target.path, options);
    return carry(source, target, { ...options, isMove: true });
  };
  const copy: Tree["copy"] = async (from, to, options) => {
    const [source, target] = await Promise.all([locate(from), locate(to)]);
    const { receivedShareId } = await source.tree.stat(source.path);
    if (receivedShareId) {
      if (receivedShareId === target.receivedShareId)
        throw conflict("INTO_ITSELF", "A share cannot be put into itself.");
      const share = { tree: await receivedTree(user, receivedShareId), path: [] };
      return carry(share, target, options);
    }
    if (source.receivedShareId === target.receivedShareId) return source.tree.copy(source.path, target.path, options);
    return carry(source, target, options);
  };

  return {
    stat: own.stat,
    list: own.list,
    read: own.read,
    write: (path, body, options) => told(own.write(path, body, options)),
    makeFolder: (path) => told(own.makeFolder(path)),
    remove: (path, options) => told(own.remove(path, options)),
    move: (from, to, options) => told(move(from, to, options)),
    copy: (from, to, options) => told(copy(from, to, options)),
  };
}
