import { db } from "@/lib/core/db";
import { notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import type { Entry, StillAllowed, Tree } from "@/lib/files/tree";
import { requireSecondFactor } from "@/lib/identity/second-factor/factors";
import { touchTopic } from "@/lib/notices/live";
import { MUST_USE_MFA } from "@/lib/protocol/ocm/wire";
import { knownFile } from "@/lib/sharing/received/known/known-file";
import { type KnownOptions, knownTree } from "@/lib/sharing/received/known/known-tree";
import { openRemote } from "@/lib/sharing/received/open-remote";
import { noSuchOffer } from "@/lib/sharing/received/received-shares";
import { requireShare, sharePrincipalOfRecipient } from "@/lib/sharing/sent/share-access";
import { sharedTree } from "@/lib/sharing/sent/shared-tree";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import type { ReceivedShare } from "@/prisma/generated/client";

type Receiver = Pick<UserPrincipal, "siteId" | "userId" | "secondFactorAt">;

/**
 * What a received share holds: read straight from the store if it comes from this site, from its Sending Server
 * otherwise. Judged anew each time, so ask for it once per request and do not keep it. Changes within this site
 * are judged again when they are made, `also` by whoever asks for it.
 *
 * @throws SHARE_NOT_FOUND, SHARE_ENDED, SHARE_EXPIRED (404), SECOND_FACTOR_REQUIRED (403), SHARE_SUSPENDED (503), and
 *   what `accessToShare` throws
 */
export async function receivedTree(user: Receiver, receivedShareId: string, also?: StillAllowed): Promise<Tree> {
  const share = await requireOpen(user, receivedShareId);
  if (share.provider) return measured(share, (await openRemote(share)).tree);
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
  const share = await requireOpen(user, receivedShareId);
  if (!share.provider) return receivedTree(user, receivedShareId);
  if (share.resourceType !== "file") return knownTree(share, options);
  return knownFile(share, () => receivedTree(user, receivedShareId), options);
}

/**
 * Whether a received share still stands, as far as it is known here, while something is read or written in it.
 *
 * @throws SHARE_NOT_FOUND, SHARE_ENDED, SHARE_EXPIRED (404), SHARE_SUSPENDED (503), PROVIDER_NOT_TRUSTED,
 *   SECOND_FACTOR_REQUIRED (403)
 */
export async function requireReceived(user: Receiver, receivedShareId: string): Promise<void> {
  const { siteId, provider, providerId } = await requireOpen(user, receivedShareId);
  if (provider) await requireAllowedProvider(siteId, provider);
  else await requireShare({ siteId, sentShareId: providerId });
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

async function requireOpen(receiver: Receiver, id: string): Promise<ReceivedShare> {
  const { siteId, userId } = receiver;
  const share = isId(id) ? await db().receivedShare.findFirst({ where: { siteId, id, receiverId: userId } }) : null;
  if (!share || share.state === "pending" || share.state === "declined") throw noSuchOffer();
  if (share.state !== "accepted" || !(await isStillMember(share))) {
    throw notFound("SHARE_ENDED", `${share.senderName} no longer shares this.`);
  }
  if (share.expiresAt && share.expiresAt <= new Date()) {
    throw notFound("SHARE_EXPIRED", "The time for which this was shared is over.");
  }
  if (share.requirements.includes(MUST_USE_MFA)) requireSecondFactor(receiver);
  return share;
}

/** Whoever leaves a group has what is shared with it no more from that moment on; the job that tidies up comes later. */
async function isStillMember({ siteId, groupId, receiverId: userId }: ReceivedShare): Promise<boolean> {
  return !groupId || (await db().groupMember.count({ where: { siteId, groupId, userId } })) > 0;
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
