import { db } from "@/lib/core/db";
import type { Entry, StillAllowed, Tree } from "@/lib/files/tree";
import { touchTopic } from "@/lib/notices/live";
import { knownFile } from "@/lib/sharing/received/known/known-file";
import { type KnownOptions, knownTree } from "@/lib/sharing/received/known/known-tree";
import { listPins } from "@/lib/sharing/received/offline/pins";
import { withCopies } from "@/lib/sharing/received/offline/with-copies";
import { withWaiting } from "@/lib/sharing/received/offline/with-waiting";
import { openRemote } from "@/lib/sharing/received/open-remote";
import { getOpenShare, type Receiver } from "@/lib/sharing/received/open-share";
import { requireShare, sharePrincipalOfRecipient } from "@/lib/sharing/sent/share-access";
import { sharedTree } from "@/lib/sharing/sent/shared-tree";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import type { ReceivedShare } from "@/prisma/generated/client";

/**
 * What a received share holds: read straight from the store if it comes from this installation, from its Sending Server
 * otherwise. Judged anew each time, so ask for it once per request and do not keep it. Changes within this site
 * are judged again when they are made, `also` by whoever asks for it.
 *
 * @throws SHARE_NOT_FOUND, SHARE_ENDED, SHARE_EXPIRED (404), SECOND_FACTOR_REQUIRED (403), SHARE_SUSPENDED (503), and
 *   what `accessToShare` throws
 */
export async function receivedTree(user: Receiver, receivedShareId: string, also?: StillAllowed): Promise<Tree> {
  const share = await getOpenShare(user, receivedShareId);
  if (share.provider) return measured(share, await remoteTree(share, also));
  const principal = await sharePrincipalOfRecipient(user.siteId, share.providerId, user.userId);
  return measured(share, sharedTree(principal, share.groupId ? stillMember(user, share, also) : also));
}

/**
 * The same for whoever looks at it: a folder on another cloud is shown as it was last known, and its cloud asked behind
 * that; of what nobody has looked at yet it is waited for, if that may be. Nobody but the receiver is shown what is known.
 *
 * @throws what `receivedTree` throws; its functions NOT_KNOWN_YET
 */
export async function lastKnownTree(
  user: Receiver,
  receivedShareId: string,
  options: KnownOptions = {},
): Promise<Tree> {
  const share = await getOpenShare(user, receivedShareId);
  if (!share.provider) return receivedTree(user, receivedShareId);
  if (share.resourceType !== "file") return withWaiting(share, knownTree(share, options), { isToLookAt: true });
  return knownFile(share, () => receivedTree(user, receivedShareId), options);
}

/**
 * Whether a received share still stands, as far as it is known on this site, while something is read or written in it.
 *
 * @throws SHARE_NOT_FOUND, SHARE_ENDED, SHARE_EXPIRED (404), SHARE_SUSPENDED (503), PROVIDER_NOT_TRUSTED,
 *   SECOND_FACTOR_REQUIRED (403)
 */
export async function requireReceived(user: Receiver, receivedShareId: string): Promise<void> {
  const { siteId, provider, providerId } = await getOpenShare(user, receivedShareId);
  if (provider) await requireAllowedProvider(siteId, provider);
  else await requireShare({ siteId, sentShareId: providerId });
}

/** What is kept of it here does without its cloud. */
async function remoteTree(share: ReceivedShare, also?: StillAllowed): Promise<Tree> {
  const open = async () => (await openRemote(share, also)).tree;
  const pins = await listPins(share);
  // The administrators may have shut that cloud out since copies of it were made.
  if (pins.length > 0) await requireAllowedProvider(share.siteId, share.provider);
  return pins.length > 0 ? withCopies(share, pins, open) : open();
}

/** The same tree, which writes down how a shared file is whenever that is seen: the list of files asks nobody. */
function measured(share: ReceivedShare, tree: Tree): Tree {
  if (share.resourceType !== "file") return tree;
  const see = async <T extends { entry: Entry }>(work: Promise<T>): Promise<T> => {
    const result = await work;
    await noteSeen(share, result.entry);
    return result;
  };
  return {
    ...tree,
    stat: async (path) => (await see(tree.stat(path).then((entry) => ({ entry })))).entry,
    read: (path, options) => see(tree.read(path, options)),
    write: (path, body, options) => see(tree.write(path, body, options)),
  };
}

async function noteSeen(share: ReceivedShare, { size, etag, modifiedAt }: Entry): Promise<void> {
  const { siteId, id, receiverId } = share;
  const isSameSize = size === null || (share.size !== null && size === Number(share.size));
  if (isSameSize && etag === share.etag) return;
  const seen = { etag, modifiedAt, ...(size !== null && { size: BigInt(size) }) };
  Object.assign(share, seen);
  await db().$transaction(async (tx) => {
    await tx.receivedShare.updateMany({ where: { siteId, id }, data: seen });
    if (!isSameSize) await touchTopic(tx, siteId, [receiverId], "files");
  });
}

/** The same in the transaction of a change. */
function stillMember(
  user: Receiver,
  { siteId, id, groupId, receiverId }: ReceivedShare,
  also?: StillAllowed,
): StillAllowed {
  const isMember = {
    name: "is-member-of-group",
    text: `SELECT 1 / count(*) FROM "GroupMember" WHERE "siteId" = $1 AND "groupId" = $2 AND "userId" = $3`,
    values: [siteId, groupId, receiverId],
  };
  return {
    statements: [isMember, ...(also?.statements ?? [])],
    refuse: () => Promise.all([requireReceived(user, id), also?.refuse()]),
  };
}
