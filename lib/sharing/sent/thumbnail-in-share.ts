import { notFound } from "@/lib/core/errors";
import type { SharePrincipal } from "@/lib/core/principal";
import { getThumbnail, type Thumbnail } from "@/lib/files/thumbnails/thumbnail";
import type { TreePath } from "@/lib/files/tree";
import { sharedTree } from "@/lib/sharing/sent/shared-tree";

/**
 * The small picture of a picture that a share holds, for whoever the share is with; those of one cloud wait in one line,
 * and the owner not behind them.
 *
 * @throws NO_THUMBNAIL (404), BUSY (503), and what the tree of the share throws
 */
export async function thumbnailInShare(
  share: SharePrincipal,
  path: TreePath,
  signal?: AbortSignal,
): Promise<Thumbnail> {
  const { siteId, ownerId: userId, provider, holder } = share;
  const { id, kind } = await sharedTree(share).stat(path);
  if (kind !== "file") throw notFound("NO_THUMBNAIL", "Of this there is no small picture.");
  return getThumbnail({ siteId, userId }, id, { signal, line: `${siteId} share ${provider || holder}` });
}
