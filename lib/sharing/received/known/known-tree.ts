import { AppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import type { Tree, TreePath } from "@/lib/files/tree";
import { findKnownEntry, findKnownPage, type KnownPage } from "@/lib/sharing/received/known/known-rows";
import { readOnce, refreshFolder } from "@/lib/sharing/received/known/refresh";
import { watchShare } from "@/lib/sharing/received/known/watch-share";
import { openRemote } from "@/lib/sharing/received/open-remote";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import type { ReceivedShare } from "@/prisma/generated/client";

/**
 * A folder of a share on another cloud as it was last seen, and its cloud asked behind that; what nobody has looked at
 * yet is waited for, unless it must not be. All else goes to that cloud.
 *
 * @throws NOT_KNOWN_YET (503), PROVIDER_NOT_TRUSTED, and what `openRemote` and its tree throw
 */
export function knownTree(share: ReceivedShare, { mayWait = true } = {}): Tree {
  const there = async () => (await openRemote(share)).tree;
  // The administrators may have shut that cloud out since the share was accepted.
  const allowed = () => requireAllowedProvider(share.siteId, share.provider);
  const requireToWait = () => {
    if (!mayWait) throw new AppError(503, "NOT_KNOWN_YET", `${share.provider} has not been asked for this yet.`);
  };
  return {
    async stat(path) {
      const [known] = await Promise.all([findKnownEntry(share, path), allowed()]);
      if (known) return known;
      requireToWait();
      return (await there()).stat(path);
    },
    async list(path, page = {}) {
      const [known] = await Promise.all([findKnownPage(share, path, page), allowed()]);
      if (known) return shown(share, path, known);
      requireToWait();
      await readOnce(share, path);
      const read = await findKnownPage(share, path, page);
      return read ? shown(share, path, read) : (await there()).list(path, page);
    },
    read: async (...asked) => (await there()).read(...asked),
    write: async (...asked) => (await there()).write(...asked),
    makeFolder: async (path) => (await there()).makeFolder(path),
    remove: async (...asked) => (await there()).remove(...asked),
    move: async (...asked) => (await there()).move(...asked),
    copy: async (...asked) => (await there()).copy(...asked),
  };
}

function shown(share: ReceivedShare, path: TreePath, { folderId, isDue, ...page }: KnownPage) {
  if (isDue) {
    const behind = refreshFolder(share, path, folderId).then(() => watchShare(share));
    behind.catch((error) =>
      logger("sharing").warn({ receivedShareId: share.id, error: error.message }, "refresh failed"),
    );
  }
  return page;
}
