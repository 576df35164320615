import { conflict } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { isUnlocked, type Lock, locksInTheWay, type Touched, takeLock, whole } from "@/lib/files/locks";
import { findMount } from "@/lib/files/mounts";
import { nodePath } from "@/lib/files/nodes";
import { ownTree } from "@/lib/files/own-tree";
import { changeProperties, type PropertyStep } from "@/lib/files/properties";
import { deleteForGood } from "@/lib/files/trash";
import { bothAllowed, type Entry, isThere, type StillAllowed, type Tree, type TreePath } from "@/lib/files/tree";
import { fileOfVersion, restoreVersion } from "@/lib/files/versions";
import { requireStanding, stillStands } from "@/lib/identity/standing";
import { announce } from "@/lib/notices/announce";
import { receivedTree, requireReceived } from "@/lib/sharing/received/received-tree";
import { carry, type Target } from "./carry";
import { findPlace, forgetTraces, moveTraces } from "./traces";

export type Drive = Tree & {
  /** Throws once the person is signed out or the app password is revoked, or a received share ended that was opened on the way. */
  stillAllowed: () => Promise<void>;
  /**
   * Writes and removes properties of something, all or none. No other cloud is told: on what it keeps they are one's own.
   *
   * @throws NODE_NOT_FOUND, PROPERTY_TOO_LARGE, TOO_MANY_PROPERTIES, LOCKED
   */
  changeProperties: (path: TreePath, steps: PropertyStep[]) => Promise<void>;
  /** @throws VERSION_NOT_FOUND, NODE_NOT_FOUND, QUOTA_EXCEEDED, LOCKED */
  restoreVersion: (versionId: string) => Promise<Entry>;
  /** @throws LOCKED, TOO_MANY_LOCKS */
  takeLock: (wish: Parameters<typeof takeLock>[1]) => Promise<Lock>;
};
type Located = Target & { receivedShareId: string | null };
const areOwn = (...places: Located[]) => places.every(({ receivedShareId }) => receivedShareId === null);
type CopyOptions = Parameters<Tree["copy"]>[2];
type Options = {
  /** The locks that whoever asks has named; all others stand in the way. */
  heldLocks?: string[];
  /** What has to allow each change as well. */
  also?: StillAllowed;
};

/**
 * All that a person can reach as one tree: own nodes, and the received shares that stand among them. What goes from
 * one to another is streamed through us; within one, it is left to that one. Made for one request: what it may is
 * judged again when a change is made. Where a share is opened, also what `receivedTree` throws; where something is
 * locked, LOCKED (423).
 */
export function drive(user: UserPrincipal, { heldLocks = [], also }: Options = {}): Drive {
  const opened = new Set<string>();
  const isSignedIn = standing(user, also);
  const stillAllowed = async () => {
    await requireStanding(user);
    for (const receivedShareId of opened) await requireReceived(user, receivedShareId);
  };
  const mayChange = (touched: Touched[]) => bothAllowed(isSignedIn, isUnlocked(user, touched, heldLocks));

  /** The trees that a change of these places goes to. Another cloud knows nothing of our locks: they are asked before. */
  const treesFor = (touched: Touched[]) => {
    const allowed = touched.length > 0 ? mayChange(touched) : isSignedIn;
    const open = async (receivedShareId: string) => {
      opened.add(receivedShareId);
      if (touched.length > 0) await allowed.refuse();
      return receivedTree(user, receivedShareId, allowed);
    };
    return { own: ownTree(user, { openMount: open, stillAllowed: allowed }), open };
  };
  type Trees = ReturnType<typeof treesFor>;

  /** Whose tree answers for a path. Of the place itself where a share stands, it is one's own. */
  const locate = async ({ own, open }: Trees, path: TreePath): Promise<Located> => {
    const mount = await findMount(user, path);
    if (!mount || mount.rest.length === 0) return { tree: own, path, receivedShareId: null, discard: forGood };
    const { receivedShareId, rest } = mount;
    const discard: Target["discard"] = async (madeAt) => (await receivedTree(user, receivedShareId)).remove(madeAt);
    return { tree: await open(receivedShareId), path: rest, receivedShareId, discard };
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

  /** What is replaced leaves its folder's names as they are. Of another cloud's that is asked only where it matters. */
  const write: Tree["write"] = (path, body, options) => {
    const created: Touched = { path, inFolder: true };
    const openMount = async (receivedShareId: string) => {
      const isLocked = (await locksInTheWay(user, [created], heldLocks)).length > 0;
      const isReplaced = isLocked && (await isThere(treesFor([]).own, path));
      return treesFor([isReplaced ? { path } : created]).open(receivedShareId);
    };
    const mayReplace = mayChange([{ path }]);
    return ownTree(user, { openMount, stillAllowed: mayChange([created]), mayReplace }).write(path, body, options);
  };
  const remove: Tree["remove"] = async (path, options) => {
    await treesFor([whole(path)]).own.remove(path, options);
    await forgetTraces(user, path);
  };
  const move: Tree["move"] = async (from, to, options) => {
    const trees = treesFor([whole(from), whole(to)]);
    const [source, target] = await Promise.all([locate(trees, from), locate(trees, to)]);
    const entry =
      source.receivedShareId === target.receivedShareId
        ? await source.tree.move(source.path, target.path, options)
        : await carry(source, target, { ...options, stillAllowed, isMove: true });
    await moveTraces(user, from, to, { isMove: true, isOwn: areOwn(source, target) });
    return entry;
  };
  const copyTo = async (trees: Trees, from: TreePath, to: TreePath, options?: CopyOptions) => {
    const [source, target] = await Promise.all([locate(treesFor([]), from), locate(trees, to)]);
    const { receivedShareId } = await source.tree.stat(source.path);
    if (receivedShareId) {
      if (receivedShareId === target.receivedShareId)
        throw conflict("INTO_ITSELF", "A share cannot be put into itself.");
      const share = { tree: await treesFor([]).open(receivedShareId), path: [] };
      return carry(share, target, { ...options, stillAllowed });
    }
    if (source.receivedShareId !== target.receivedShareId) return carry(source, target, { ...options, stillAllowed });
    return target.tree.copy(source.path, target.path, options);
  };
  const copy: Tree["copy"] = async (from, to, options) => {
    const entry = await copyTo(treesFor([whole(to)]), from, to, options);
    await moveTraces(user, from, to, { isMove: false, depth: options?.depth });
    return entry;
  };
  const change: Drive["changeProperties"] = async (path, steps) => {
    const own = async () => ({ nodeId: (await ownTree(user).stat(path)).id, path: "" });
    const place = (await findPlace(user, path)) ?? (await own());
    await changeProperties(user, place, steps, mayChange([{ path }]));
  };

  const restore: Drive["restoreVersion"] = async (versionId) => {
    const path = await nodePath(user.siteId, await fileOfVersion(user, versionId));
    const touched = path === null ? [] : [{ path: path.split("/").slice(1) }];
    return restoreVersion(user, versionId, mayChange(touched));
  };

  const { stat, list, read } = treesFor([]).own;
  return {
    ...{ stillAllowed, stat, list, read },
    write: (path, body, options) => told(write(path, body, options)),
    makeFolder: (path) => told(treesFor([{ path, inFolder: true }]).own.makeFolder(path)),
    remove: (path, options) => told(remove(path, options)),
    move: (from, to, options) => told(move(from, to, options)),
    copy: (from, to, options) => told(copy(from, to, options)),
    restoreVersion: (versionId) => told(restore(versionId)),
    changeProperties: change,
    takeLock: (wish) => takeLock(user, wish, isSignedIn),
  };
}

function standing(user: UserPrincipal, also?: StillAllowed): StillAllowed {
  const stands = { statements: [stillStands(user)], refuse: () => requireStanding(user) };
  return also ? bothAllowed(stands, also) : stands;
}
