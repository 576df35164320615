import { setTimeout as sleep } from "node:timers/promises";
import { AppError, notFound } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import type { Tree } from "@/lib/files/tree";
import { findKnownEntry, findKnownPage, type KnownPage, type Told } from "@/lib/sharing/received/known/known-rows";
import { readOnce, refreshFolder } from "@/lib/sharing/received/known/refresh";
import { watchShare } from "@/lib/sharing/received/known/watch-share";
import { openRemote } from "@/lib/sharing/received/open-remote";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import type { ReceivedShare } from "@/prisma/generated/client";

/** What was seen within so long is not waited for, even by whoever may wait. */
const FRESH_MS = 60_000;

export type KnownOptions = {
  /** Also for what nobody has looked at yet. */
  mayWait?: boolean;
  /** How long it is waited for a new look at what was seen longer ago; what has not come by then is shown as it was. */
  patienceMs?: number;
};

/**
 * A folder of a share on another cloud as it was last seen, and its cloud asked behind that; what nobody has looked at
 * yet is waited for, unless it must not be. All else goes to that cloud.
 *
 * @throws NOT_KNOWN_YET (503), PROVIDER_NOT_TRUSTED, and what `openRemote` and its tree throw
 */
export function knownTree(share: ReceivedShare, { mayWait = true, patienceMs = 0 }: KnownOptions = {}): Tree {
  const there = async () => (await openRemote(share)).tree;
  let judged: Promise<void> | undefined;
  // The administrators may have shut that cloud out since the share was accepted: asked once, as the share itself is.
  const allowed = () => (judged ??= requireAllowedProvider(share.siteId, share.provider));
  const requireToWait = () => {
    if (!mayWait) throw new AppError(503, "NOT_KNOWN_YET", `${share.provider} has not been asked for this yet.`);
  };
  /** Has its cloud asked where it is time. True: it was asked while one waited, so there may be something else to see. */
  const refreshed = async (told: Told): Promise<boolean> => {
    if (!told.isDue) return false;
    const looking = lookBehind(share, told);
    const isOld = Date.now() - told.seenAt.getTime() > FRESH_MS;
    // A cloud that did not answer the last time is not waited for.
    if (patienceMs === 0 || !isOld || share.failure !== null) return false;
    await Promise.race([looking, sleep(patienceMs, undefined, { ref: false })]);
    return true;
  };
  return {
    async stat(path) {
      const [known] = await Promise.all([findKnownEntry(share, path), allowed()]);
      const isOther = known && (await refreshed(known.told));
      const seen = isOther ? await findKnownEntry(share, path) : known;
      if (seen) return seen.entry;
      // A cloud that is away is not asked for what its folder did not hold: programs ask for much that is nowhere.
      if (share.failure !== null && path.length > 0 && (await findKnownPage(share, path.slice(0, -1), { limit: 1 }))) {
        throw notFound("NODE_NOT_FOUND", `This was not there when ${share.provider} was last asked.`);
      }
      requireToWait();
      return (await there()).stat(path);
    },
    async list(path, page = {}) {
      const [known] = await Promise.all([findKnownPage(share, path, page), allowed()]);
      const isOther = known && (await refreshed({ ...known, path }));
      const seen = isOther ? await findKnownPage(share, path, page) : known;
      if (seen) return shown(seen);
      requireToWait();
      await readOnce(share, path);
      const read = await findKnownPage(share, path, page);
      return read ? shown(read) : (await there()).list(path, page);
    },
    read: async (...asked) => (await there()).read(...asked),
    write: async (...asked) => (await there()).write(...asked),
    makeFolder: async (path) => (await there()).makeFolder(path),
    remove: async (...asked) => (await there()).remove(...asked),
    move: async (...asked) => (await there()).move(...asked),
    copy: async (...asked) => (await there()).copy(...asked),
  };
}

const shown = ({ folderId: _, isDue: __, ...page }: KnownPage) => page;

/** Never fails: whatever is in the way is noted on the share. */
async function lookBehind(share: ReceivedShare, { path, folderId }: Told): Promise<void> {
  try {
    await refreshFolder(share, path, folderId);
    await watchShare(share);
  } catch (error) {
    logger("sharing").warn({ receivedShareId: share.id, error: (error as Error).message }, "refresh failed");
  }
}
