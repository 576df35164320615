import { hasCode } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { findMount } from "@/lib/files/mounts";
import { hasThumbnail } from "@/lib/files/thumbnails/has-thumbnail";
import { getThumbnail, type Thumbnail } from "@/lib/files/thumbnails/thumbnail";
import type { Tree, TreePath } from "@/lib/files/tree";
import { getReceivedThumbnail } from "@/lib/sharing/received/thumbnails/received-thumbnail";
import { shrinkWhileRead } from "@/lib/sharing/received/thumbnails/while-read";

/** The same tree, in which whoever reads a picture of others whole lets a small one be made of it, where there is none. */
export const shrinkingWhileRead = <T extends Pick<Tree, "stat" | "read">>(user: UserPrincipal, tree: T): T => ({
  ...tree,
  async read(path, options) {
    const read = await tree.read(path, options);
    const mount = read.range || !hasThumbnail(read.entry) ? null : await findMount(user, path);
    return mount ? shrinkWhileRead(user, mount, read) : read;
  },
});

/**
 * The small picture of a picture: of one's own by its id, of what others share by the path at which it stands.
 *
 * @throws NODE_NOT_FOUND, NO_THUMBNAIL, BUSY and what `getReceivedThumbnail` throws
 */
export async function getThumbnailAt(
  user: UserPrincipal,
  { id, path }: { id: string; path?: TreePath },
  signal?: AbortSignal,
): Promise<Thumbnail> {
  try {
    return await getThumbnail(user, id, { signal });
  } catch (error) {
    const mount = path && hasCode(error, "NODE_NOT_FOUND") ? await findMount(user, path) : null;
    if (!mount) throw error;
    return getReceivedThumbnail(user, mount, signal);
  }
}
