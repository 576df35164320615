import { db } from "@/lib/core/db";
import { hasCode, isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { findBreaker } from "@/lib/delivery/breaker";
import type { TreePath } from "@/lib/files/tree";
import { touchTopic } from "@/lib/notices/live";
import { keyOfPath } from "@/lib/sharing/received/known/known-rows";
import { dropKnown } from "@/lib/sharing/received/known/own-changes";
import { ACTIVE_MS, type Outcome, readFolder } from "@/lib/sharing/received/known/read-folder";
import { findSteps, isRearranged } from "@/lib/sharing/received/offline/steps";
import { openRemote } from "@/lib/sharing/received/open-remote";
import { ifMatchOf } from "@/lib/sharing/received/remote/entries";
import type { KnownFolder, ReceivedShare } from "@/prisma/generated/client";

/** The longest pause between two looks at a folder while somebody has it open: where nothing changes, and where nobody answers. */
const LONGEST_MS = { same: 30_000, failed: 60_000 };
/** A look that has not ended by then is not waited for: whoever made it was killed. */
const LEASE_MS = 120_000;
/** Fewer entries are read anew rather than asked whether they have changed. */
const LONG = 50;
/** Not every cloud changes the etag of a folder with whatever is in it. */
const TRUSTED_MS = 600_000;
/** After so long a page shows of when a folder is, and is to learn that it is not so old any more. */
const OLD_MS = 60_000;

type Looked = Pick<KnownFolder, "id" | "etag" | "entryCount" | "wholeAt" | "seenAt" | "pauseMs">;

/** Reads a folder that nobody has looked at yet; all who want it at the same time wait for one reading. */
export function readOnce(share: ReceivedShare, path: TreePath): Promise<Outcome> {
  const running = once("known-readings", () => new Map<string, Promise<Outcome>>());
  const key = [share.id, ...path].join("/");
  const underWay = running.get(key) ?? readFolder(share, path).finally(() => running.delete(key));
  running.set(key, underWay);
  return underWay;
}

/**
 * Asks the cloud of a share whether a known folder is still so, if it is time and nobody else does; its receiver's open
 * pages are told what is new. What is asked for again and again gets asked less often the longer nothing changes.
 * Whatever is in the way is noted on the share and is no error. `isOpened`: because somebody looks at it.
 */
export async function refreshFolder(
  share: ReceivedShare,
  path: TreePath,
  folderId: string,
  { isOpened = true } = {},
): Promise<void> {
  const looked = await claim(share, folderId, isOpened);
  if (!looked) return;
  const problem = share.failure;
  const isNews = await lookSafely(share, path, looked);
  if (isNews || share.failure !== problem) await touchTopic(db(), share.siteId, [share.receiverId], "files");
}

/** Whether there is something new to see. */
async function lookSafely(share: ReceivedShare, path: TreePath, looked: Looked): Promise<boolean> {
  try {
    const outcome = await look(share, path, looked);
    if (outcome === "same") await settle(share, looked, nextPause(looked, LONGEST_MS.same));
    return outcome === "new" || (outcome === "same" && Date.now() - looked.seenAt.getTime() > OLD_MS);
  } catch (error) {
    if (!isAppError(error)) logger("sharing").error({ err: error, receivedShareId: share.id }, "refresh failed");
    const isGone = path.length > 0 && (hasCode(error, "NODE_NOT_FOUND") || hasCode(error, "NOT_A_FOLDER"));
    if (isGone) await dropKnown(share, path);
    else await settle(share, looked, nextPause(looked, LONGEST_MS.failed));
    return isGone;
  }
}

async function claim({ siteId }: ReceivedShare, id: string, isOpened: boolean): Promise<Looked | null> {
  const [claimed] = await db().$queryRaw<Looked[]>`
    UPDATE "KnownFolder" SET "usedAt" = CASE WHEN ${isOpened} THEN now() ELSE "usedAt" END, "nextLookAt" = now() + ${LEASE_MS} * interval '1 millisecond'
     WHERE "siteId" = ${siteId}::uuid AND id = ${id}::uuid AND "isCurrent" AND "nextLookAt" <= clock_timestamp()
    RETURNING id, etag, "entryCount", "wholeAt", "seenAt", "pauseMs"`;
  return claimed ?? null;
}

async function look(share: ReceivedShare, path: TreePath, known: Looked): Promise<Outcome | "waits"> {
  const { siteId, provider, failure } = share;
  // It stands as its receiver left it until its cloud has heard of that.
  if (isRearranged(await findSteps(share), keyOfPath(path) ?? "")) {
    await settle(share, known, ACTIVE_MS);
    return "waits";
  }
  const breaker = failure === null ? null : await findBreaker(siteId, provider);
  if (breaker?.openUntil && breaker.openUntil > new Date()) {
    await settle(share, known, LONGEST_MS.failed);
    return "waits";
  }
  const isComparable = known.etag !== "" && ifMatchOf(known.etag) !== null;
  if (isComparable && known.entryCount > LONG && Date.now() - known.wholeAt.getTime() < TRUSTED_MS) {
    const { etag } = await (await openRemote(share)).tree.stat(path);
    if (etag === known.etag) {
      await db().knownFolder.updateMany({ where: { siteId, id: known.id }, data: { seenAt: new Date() } });
      return "same";
    }
  }
  return readOnce(share, path);
}

const nextPause = ({ pauseMs }: Looked, longest: number) => Math.min(Math.max(ACTIVE_MS, pauseMs * 2), longest);

async function settle({ siteId }: ReceivedShare, { id }: Looked, pauseMs: number): Promise<void> {
  const data = { pauseMs, nextLookAt: new Date(Date.now() + pauseMs) };
  await db().knownFolder.updateMany({ where: { siteId, id }, data });
}
