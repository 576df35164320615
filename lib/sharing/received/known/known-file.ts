import { setTimeout as sleep } from "node:timers/promises";
import { isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { mediaTypeOf } from "@/lib/files/media-types";
import type { Entry, Tree } from "@/lib/files/tree";
import type { KnownOptions } from "@/lib/sharing/received/known/known-tree";
import type { ReceivedShare } from "@/prisma/generated/client";

/** Of looks at one file that nobody waits for: how long the next one waits. */
const PAUSE_MS = 2_000;

/**
 * A file that was shared from another cloud as it was last seen, and its cloud asked behind that; what nobody has looked
 * at yet is waited for. All else goes to that cloud.
 */
export async function knownFile(
  share: ReceivedShare,
  open: () => Promise<Tree>,
  { patienceMs = 0 }: KnownOptions,
): Promise<Tree> {
  const entry = entryOf(share);
  if (!entry) return open();
  const stat = async () => {
    const looking = lookBehind(share, open);
    // A cloud that did not answer the last time is not waited for.
    if (patienceMs === 0 || share.failure !== null) return entry;
    return (await Promise.race([looking, sleep(patienceMs, undefined, { ref: false })])) ?? entry;
  };
  return {
    stat: async (path) => (path.length === 0 ? stat() : (await open()).stat(path)),
    list: async (...asked) => (await open()).list(...asked),
    read: async (...asked) => (await open()).read(...asked),
    write: async (...asked) => (await open()).write(...asked),
    makeFolder: async (path) => (await open()).makeFolder(path),
    remove: async (...asked) => (await open()).remove(...asked),
    move: async (...asked) => (await open()).move(...asked),
    copy: async (...asked) => (await open()).copy(...asked),
  };
}

function entryOf({ id, name, size, etag, modifiedAt, role }: ReceivedShare): Entry | null {
  if (size === null || etag === "" || !modifiedAt) return null;
  const mediaType = mediaTypeOf(name);
  return { id, name, kind: "file", size: Number(size), mediaType, etag, modifiedAt, canWrite: role === "editor" };
}

type Look = { until: number; seen: Promise<Entry | null> };

/** One at a time of each file, and none again at once. Null: its cloud did not say. */
function lookBehind({ id }: ReceivedShare, open: () => Promise<Tree>): Promise<Entry | null> {
  const looks = once("known-file-looks", () => new Map<string, Look>());
  const last = looks.get(id);
  if (last && last.until > Date.now()) return last.seen;
  const seen = (async () => (await open()).stat([]))().catch((error) => {
    if (!isAppError(error)) logger("sharing").error({ err: error, receivedShareId: id }, "look at a file failed");
    return null;
  });
  looks.set(id, { until: Number.POSITIVE_INFINITY, seen });
  void seen.then(() => {
    looks.set(id, { until: Date.now() + PAUSE_MS, seen });
    setTimeout(() => looks.delete(id), PAUSE_MS).unref();
  });
  return seen;
}
