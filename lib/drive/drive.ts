import { conflict } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { findMount } from "@/lib/files/mounts";
import { ownTree } from "@/lib/files/own-tree";
import { deleteForGood } from "@/lib/files/trash";
import type { StillAllowed, Tree, TreePath } from "@/lib/files/tree";
import { requireStanding, stillStands } from "@/lib/identity/standing";
import { announce } from "@/lib/notices/announce";
import { receivedTree, requireReceived } from "@/lib/sharing/received/received-tree";
import { carry, type Target } from "./carry";

export type Drive = Tree & {
  /** Throws once the person is signed out or the app password is revoked, or a received share ended that was opened on the way. */
  stillAllowed: () => Promise<void>;
};
type Located = Target & { receivedShareId: string | null };

/**
 * All that a person can reach as one tree: own nodes, and the received shares that stand among them. What goes from
 * one to another is streamed through us; within one, it is left to that one. Made for one request: what it may is
 * judged again when a change is made. Where a share is opened, also what `receivedTree` throws.
 */
export function drive(user: UserPrincipal): Drive {
  const opened = new Set<string>();
  const isSignedIn: StillAllowed = { statements: [stillStands(user)], refuse: () => requireStanding(user) };
  const open = (receivedShareId: string) => {
    opened.add(receivedShareId);
    return receivedTree(user, receivedShareId, isSignedIn);
  };
  const stillAllowed = async () => {
    await requireStanding(user);
    for (const receivedShareId of opened) await requireReceived(user, receivedShareId);
  };
  const own = ownTree(user, { openMount: open, stillAllowed: isSignedIn });

  /** Whose tree answers for a path. Of the place itself where a share stands, it is one's own. */
  const locate = async (path: TreePath): Promise<Located> => {
    const mount = await findMount(user, path);
    if (!mount || mount.rest.length === 0) return { tree: own, path, receivedShareId: null, discard: forGood };
    const { receivedShareId, rest } = mount;
    const tree = await open(receivedShareId);
    const discard: Target["discard"] = async (madeAt) => (await receivedTree(user, receivedShareId)).remove(madeAt);
    return { tree, path: rest, receivedShareId, discard };
  };
  // What came only in part is taken away also when the person was signed out meanwhile.
  const forGood: Target["discard"] = async (path, { id }) => {
    await ownTree(user).remove(path);
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
    return carry(source, target, { ...options, stillAllowed, isMove: true });
  };
  const copy: Tree["copy"] = async (from, to, options) => {
    const [source, target] = await Promise.all([locate(from), locate(to)]);
    const { receivedShareId } = await source.tree.stat(source.path);
    if (receivedShareId) {
      if (receivedShareId === target.receivedShareId)
        throw conflict("INTO_ITSELF", "A share cannot be put into itself.");
      const share = { tree: await open(receivedShareId), path: [] };
      return carry(share, target, { ...options, stillAllowed });
    }
    if (source.receivedShareId === target.receivedShareId) return source.tree.copy(source.path, target.path, options);
    return carry(source, target, { ...options, stillAllowed });
  };

  return {
    stillAllowed,
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
