import type { SharePrincipal } from "@/lib/core/principal";
import { isUnlocked, type Touched, whole } from "@/lib/files/locks";
import { nodePath } from "@/lib/files/nodes";
import { subtree } from "@/lib/files/subtree";
import { bothAllowed, isThere, type StillAllowed, type Tree } from "@/lib/files/tree";
import { announce } from "@/lib/notices/announce";
import { requireShare, shareIsEditable } from "@/lib/sharing/sent/share-access";

/**
 * What a share holds, with the rights that it grants: they, and `also`, are judged again when a change is made. What a
 * program of the owner has locked changes for nobody (LOCKED, 423). The owner's open pages are told of what others
 * change in it.
 */
export function sharedTree(share: SharePrincipal, also?: StillAllowed): Tree {
  const { siteId, ownerId: userId, nodeId } = share;
  const isEditable: StillAllowed = {
    statements: [shareIsEditable(share), ...(also?.statements ?? [])],
    refuse: () => Promise.all([requireShare(share, { toWrite: true }), also?.refuse()]),
  };
  /** The tree in which these places may change, as far as no lock of the owner is in the way. */
  const treeFor = async (...touched: Touched[]): Promise<Tree> => {
    const root = await nodePath(siteId, nodeId);
    if (root === null) return subtree(share, isEditable); // it is in the trash, which the tree says better
    const above = root.split("/").filter(Boolean);
    const places = touched.map((place) => ({ ...place, path: [...above, ...place.path] }));
    return subtree(share, bothAllowed(isEditable, isUnlocked({ siteId, userId }, places, [])));
  };
  const told = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    announce({ siteId, userId });
    return result;
  };
  const write: Tree["write"] = async (path, body, options) => {
    const inFolder = !(await isThere(subtree(share), path));
    return (await treeFor({ path, inFolder })).write(path, body, options);
  };
  return {
    ...subtree(share, isEditable),
    write: (path, body, options) => told(write(path, body, options)),
    makeFolder: (path) => told(treeFor({ path, inFolder: true }).then((tree) => tree.makeFolder(path))),
    remove: (path, options) => told(treeFor(whole(path)).then((tree) => tree.remove(path, options))),
    move: (from, to, options) => told(treeFor(whole(from), whole(to)).then((tree) => tree.move(from, to, options))),
    copy: (from, to, options) => told(treeFor(whole(to)).then((tree) => tree.copy(from, to, options))),
  };
}
