import { db } from "@/lib/core/db";
import { type AppError, hasCode, isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import type { TreePath } from "@/lib/files/tree";
import { touchTopic } from "@/lib/notices/live";
import { shareGone } from "@/lib/sharing/received/access-token";
import { noteGone } from "@/lib/sharing/received/note-gone";
import { listPins, wantCopies } from "@/lib/sharing/received/offline/pins";
import { isSilence } from "@/lib/sharing/received/remote/failures";
import type { ReceivedShare } from "@/prisma/generated/client";

const EVERY = 60_000;

/** Writes down on the share whether its cloud answered a call, for the list that never asks it. */
export async function noted<T>(share: ReceivedShare, call: () => Promise<T>, path?: TreePath): Promise<T> {
  const result = await notedFailure(share, call, path);
  await noteAnswer(share, path);
  return result;
}

/** The same of a call that may have asked that cloud for nothing: what comes of it is no sign that it is there. */
export async function notedFailure<T>(share: ReceivedShare, call: () => Promise<T>, path?: TreePath): Promise<T> {
  try {
    return await call();
  } catch (error) {
    // That the root itself is not there is said of the share, not of a path in it.
    const isRoot = path?.length === 0 && (hasCode(error, "NODE_NOT_FOUND") || hasCode(error, "PEER_FORBIDS"));
    const failure = isRoot ? shareGone(share, error) : error;
    if (isAppError(failure) && failure.code.startsWith("PEER_")) await noteFailure(share, failure);
    throw failure;
  }
}

/** Writes down that the cloud of a share has answered. */
export async function noteAnswer(share: ReceivedShare, path?: TreePath): Promise<void> {
  // To get in is no sign that the share is there: another cloud's token may hold for longer.
  if (path || !share.goneSince) await noteReached(share);
}

/** Whether the cloud of a share answered within the last minute. */
export const isReachedNow = ({ reachedAt }: Pick<ReceivedShare, "reachedAt">) =>
  reachedAt !== null && Date.now() - reachedAt.getTime() < EVERY;

async function noteReached(share: ReceivedShare): Promise<void> {
  if (share.failure === null && isReachedNow(share)) return;
  const wasAway = share.failure !== null;
  await note(share, { reachedAt: new Date(), failure: null, isAway: false, goneSince: null, goneLooks: 0 });
  if (wasAway && (await listPins(share)).length > 0) await wantCopies(db(), share);
}

async function noteFailure(share: ReceivedShare, error: AppError): Promise<void> {
  const { code: reason, message: failure } = error;
  const { siteId, id: receivedShareId, provider } = share;
  logger("sharing").warn({ siteId, receivedShareId, provider, reason }, "received share not reached");
  const isAway = isSilence(error);
  if (share.failure !== failure || share.isAway !== isAway) await note(share, { failure, isAway });
  if (reason === "PEER_SHARE_GONE") await db().$transaction((tx) => noteGone(tx, share));
}

/** Also on the row at hand, which serves for the rest of a request. */
async function note(share: ReceivedShare, noted: Partial<ReceivedShare> & { failure: string | null }): Promise<void> {
  const { siteId, id, receiverId } = share;
  const isNews = share.failure !== noted.failure;
  Object.assign(share, noted);
  await db().$transaction(async (tx) => {
    await tx.receivedShare.updateMany({ where: { siteId, id }, data: noted });
    if (isNews) await touchTopic(tx, siteId, [receiverId], "shares-received");
  });
}
