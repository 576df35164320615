import { hasCode } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { findMount } from "@/lib/files/mounts";
import { ownTree } from "@/lib/files/own-tree";
import type { TreePath } from "@/lib/files/tree";
import { whyShareEnded } from "@/lib/sharing/received/why-ended";

/**
 * The better error for a path that leads nowhere: where a received share stood on it, that this has ended and how.
 * Every other error is given back as it is.
 */
export async function whyGone(user: UserPrincipal, path: TreePath, error: unknown): Promise<unknown> {
  if (!hasCode(error, "NODE_NOT_FOUND") || (await findMount(user, path))) return error;
  const name = await firstMissing(user, path);
  return (name && (await whyShareEnded(user, name))) ?? error;
}

/** The first name on a way that nothing stands under. */
async function firstMissing(user: UserPrincipal, path: TreePath): Promise<string | undefined> {
  const tree = ownTree(user);
  for (const [index, name] of path.entries()) {
    const isThere = await tree.stat(path.slice(0, index + 1)).then(
      () => true,
      (error) => {
        if (hasCode(error, "NODE_NOT_FOUND")) return false;
        throw error;
      },
    );
    if (!isThere) return name;
  }
  return undefined;
}
