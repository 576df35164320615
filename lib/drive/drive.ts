import { conflict } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { findMount } from "@/lib/files/mounts";
import { ownTree } from "@/lib/files/own-tree";
import type { Tree, TreePath } from "@/lib/files/tree";
import { receivedTree } from "@/lib/sharing/received/received-tree";
import { announce } from "./announce";
import { carry, type Place } from "./carry";

type Located = Place & { receivedShareId: string | null };

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
    if (!mount || mount.rest.length === 0) return { tree: own, path, receivedShareId: null };
    const { receivedShareId, rest } = mount;
    return { tree: await receivedTree(user, receivedShareId), path: rest, receivedShareId };
  };
  const told = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    announce(user);
    return result;
  };

  const move: Tree["move"] = async (from, to, options) => {
    const [source, target] = await Promise.all([locate(from), locate(to)]);
    if (source.receivedShareId === target.receivedShareId) return source.tree.move(source.path, target.path, options);
    if ((await source.tree.stat(source.path)).receivedShareId) throw staysOwn();
    const entry = await carry(source, target, options);
    await source.tree.remove(source.path);
    return entry;
  };
  const copy: Tree["copy"] = async (from, to, options) => {
    const [source, target] = await Promise.all([locate(from), locate(to)]);
    const { receivedShareId } = await source.tree.stat(source.path);
    if (receivedShareId) {
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
    remove: (path) => told(own.remove(path)),
    move: (from, to, options) => told(move(from, to, options)),
    copy: (from, to, options) => told(copy(from, to, options)),
  };
}

const staysOwn = () =>
  conflict("IS_RECEIVED_SHARE", "What was shared with you cannot be moved into what somebody else shares.");
