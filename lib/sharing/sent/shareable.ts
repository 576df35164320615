import { type AppError, invalid } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { findMount } from "@/lib/files/mounts";
import { ownTree } from "@/lib/files/own-tree";
import type { Entry, TreePath } from "@/lib/files/tree";

/**
 * What stands at a path of a person's own files, to be shared.
 *
 * @throws NODE_NOT_FOUND, RESHARE_UNSUPPORTED
 */
export async function findShareable(user: UserPrincipal, path: TreePath): Promise<Entry> {
  if (await findMount(user, path)) throw reshareUnsupported();
  return ownTree(user).stat(path);
}

/** Of what was received. */
export const reshareUnsupported = (): AppError =>
  invalid("RESHARE_UNSUPPORTED", "This belongs to somebody else. Ask its owner to share it with more people.");
