import { db } from "@/lib/core/db";
import { hasCode, isAppError, notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { logger } from "@/lib/core/logger";
import type { UserPrincipal } from "@/lib/core/principal";
import type { Entry, StillAllowed, Tree, TreePath } from "@/lib/files/tree";
import { touchTopic } from "@/lib/notices/live";
import { accessToShare, shareGone } from "@/lib/sharing/received/access";
import { noSuchOffer } from "@/lib/sharing/received/received-shares";
import { FIRST_BYTE_MS, inTime } from "@/lib/sharing/received/remote/peer-folder";
import { davRemoteTree } from "@/lib/sharing/received/remote-tree";
import { requireShare, sharePrincipalOfRecipient } from "@/lib/sharing/sent/share-access";
import { sharedTree } from "@/lib/sharing/sent/shared-tree";
import { guardedClient } from "@/lib/trust/guarded-client";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import type { ReceivedShare } from "@/prisma/generated/client";

type Receiver = Pick<UserPrincipal, "siteId" | "userId">;

/**
 * What a received share holds: read straight from the store if it comes from this site, from its Sending Server
 * otherwise. Judged anew each time, so ask for it once per request and do not keep it. Changes within this site
 * are judged again when they are made, `also` by whoever asks for it.
 *
 * @throws SHARE_NOT_FOUND, SHARE_ENDED, SHARE_EXPIRED (404), SHARE_SUSPENDED (503), and what `accessToShare` throws
 */
export async function receivedTree(user: Receiver, receivedShareId: string, also?: StillAllowed): Promise<Tree> {
  const share = await requireOpen(user, receivedShareId);
  if (share.provider) return measured(share, await remoteTree(share));
  const principal = await sharePrincipalOfRecipient(user.siteId, share.providerId, user.userId);
  return measured(share, sharedTree(principal, also));
}

/**
 * Whether a received share still stands, as far as it is known here, while something is read or written in it.
 *
 * @throws SHARE_NOT_FOUND, SHARE_ENDED, SHARE_EXPIRED (404), SHARE_SUSPENDED (503), PROVIDER_NOT_TRUSTED (403)
 */
export async function requireReceived(user: Receiver, receivedShareId: string): Promise<void> {
  const { siteId, provider, providerId } = await requireOpen(user, receivedShareId);
  if (provider) await requireAllowedProvider(siteId, provider);
  else await requireShare({ siteId, sentShareId: providerId });
}

/** The same tree, which writes down how large a shared file is whenever that is seen: the list of files asks nobody. */
function measured(share: ReceivedShare, tree: Tree): Tree {
  if (share.resourceType !== "file") return tree;
  const see = async <T extends { entry: Entry }>(work: Promise<T>): Promise<T> => {
    const result = await work;
    await noteSize(share, result.entry);
    return result;
  };
  return {
    ...tree,
    stat: async (path) => (await see(tree.stat(path).then((entry) => ({ entry })))).entry,
    read: (path, options) => see(tree.read(path, options)),
    write: (path, body, options) => see(tree.write(path, body, options)),
  };
}

async function noteSize({ siteId, id, receiverId, size: known }: ReceivedShare, { size }: Entry): Promise<void> {
  if (size === null || (known !== null && size === Number(known))) return;
  await db().$transaction(async (tx) => {
    await tx.receivedShare.updateMany({ where: { siteId, id }, data: { size } });
    await touchTopic(tx, siteId, [receiverId], "files");
  });
}

async function requireOpen({ siteId, userId }: Receiver, id: string): Promise<ReceivedShare> {
  const share = isId(id) ? await db().receivedShare.findFirst({ where: { siteId, id, receiverId: userId } }) : null;
  if (!share || share.state === "pending" || share.state === "declined") throw noSuchOffer();
  if (share.state !== "accepted") throw notFound("SHARE_ENDED", `${share.senderName} no longer shares this.`);
  if (share.expiresAt && share.expiresAt <= new Date()) {
    throw notFound("SHARE_EXPIRED", "The time for which this was shared is over.");
  }
  return share;
}

/** What a cloud gets that was slow before it was asked for the thing itself. */
const FEWEST_MS = 1_000;

async function remoteTree(share: ReceivedShare): Promise<Tree> {
  const { siteId, id, provider, name, role } = share;
  const asked = Date.now();
  const { baseUrl } = await noted(share, () => inTime(provider, FIRST_BYTE_MS, accessToShare(siteId, id)));
  const tree = davRemoteTree({
    baseUrl,
    provider,
    resourceKind: share.resourceType === "file" ? "file" : "folder",
    name,
    canWrite: role === "editor",
    getToken: async (renew) => (await accessToShare(siteId, id, { renew })).accessToken,
    client: guardedClient(),
    firstByteMs: Math.max(FEWEST_MS, FIRST_BYTE_MS - (Date.now() - asked)),
  });
  return {
    stat: (path) => noted(share, () => tree.stat(path), path),
    list: (path, page) => noted(share, () => tree.list(path, page), path),
    read: (path, options) => noted(share, () => tree.read(path, options), path),
    write: (path, body, options) => noted(share, () => tree.write(path, body, options)),
    makeFolder: (path) => noted(share, () => tree.makeFolder(path)),
    remove: (path, options) => noted(share, () => tree.remove(path, options)),
    move: (from, to, options) => noted(share, () => tree.move(from, to, options)),
    copy: (from, to, options) => noted(share, () => tree.copy(from, to, options)),
  };
}

/** Writes down on the share whether its cloud answered, for the list that never asks it. */
async function noted<T>(share: ReceivedShare, call: () => Promise<T>, path?: TreePath): Promise<T> {
  try {
    const result = await call();
    await noteReached(share);
    return result;
  } catch (error) {
    // That the root itself is not there is said of the share, not of a path in it.
    const isRoot = path?.length === 0 && hasCode(error, "NODE_NOT_FOUND");
    const failure = isRoot ? shareGone(share, error) : error;
    if (isAppError(failure) && failure.code.startsWith("PEER_"))
      await noteFailure(share, failure.code, failure.message);
    throw failure;
  }
}

const EVERY = 60_000;

async function noteReached(share: ReceivedShare): Promise<void> {
  const { failure, reachedAt } = share;
  const now = new Date();
  if (failure === null && reachedAt && now.getTime() - reachedAt.getTime() < EVERY) return;
  await note(share, { reachedAt: now, failure: null });
}

async function noteFailure(share: ReceivedShare, reason: string, failure: string): Promise<void> {
  const { siteId, id: receivedShareId, provider } = share;
  logger("sharing").warn({ siteId, receivedShareId, provider, reason }, "received share not reached");
  if (share.failure !== failure) await note(share, { failure });
}

/** Also on the row at hand, which serves for the rest of a request. */
async function note(share: ReceivedShare, noted: { reachedAt?: Date; failure: string | null }): Promise<void> {
  const { siteId, id, receiverId } = share;
  const isNews = share.failure !== noted.failure;
  Object.assign(share, noted);
  await db().$transaction(async (tx) => {
    await tx.receivedShare.updateMany({ where: { siteId, id }, data: noted });
    if (isNews) await touchTopic(tx, siteId, [receiverId], "shares-received");
  });
}
