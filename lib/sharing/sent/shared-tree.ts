import type { SharePrincipal } from "@/lib/core/principal";
import { subtree } from "@/lib/files/subtree";
import type { StillAllowed, Tree } from "@/lib/files/tree";
import { announce } from "@/lib/notices/announce";
import { requireShare, shareIsEditable } from "@/lib/sharing/sent/share-access";

/**
 * What a share holds, with the rights that it grants: they, and `also`, are judged again when a change is made. The
 * owner's open pages are told of what others change in it.
 */
export function sharedTree(share: SharePrincipal, also?: StillAllowed): Tree {
  const tree = subtree(share, {
    statements: [shareIsEditable(share), ...(also?.statements ?? [])],
    refuse: () => Promise.all([requireShare(share, { toWrite: true }), also?.refuse()]),
  });
  const told = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    announce({ siteId: share.siteId, userId: share.ownerId });
    return result;
  };
  return {
    ...tree,
    write: (path, body, options) => told(tree.write(path, body, options)),
    makeFolder: (path) => told(tree.makeFolder(path)),
    remove: (path, options) => told(tree.remove(path, options)),
    move: (from, to, options) => told(tree.move(from, to, options)),
    copy: (from, to, options) => told(tree.copy(from, to, options)),
  };
}
