import { db } from "@/lib/core/db";
import { notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import type { Entry, StillAllowed, Tree } from "@/lib/files/tree";
import { requireSecondFactor } from "@/lib/identity/second-factor/factors";
import { touchTopic } from "@/lib/notices/live";
import { MUST_USE_MFA } from "@/lib/protocol/ocm/wire";
import { accessToShare } from "@/lib/sharing/received/access";
import { lookAtShare, needsLook } from "@/lib/sharing/received/look-at-share";
import { noted } from "@/lib/sharing/received/note-reached";
import { noSuchOffer } from "@/lib/sharing/received/received-shares";
import { FIRST_BYTE_MS, inTime } from "@/lib/sharing/received/remote/peer-folder";
import { davRemoteTree } from "@/lib/sharing/received/remote-tree";
import { requireShare, sharePrincipalOfRecipient } from "@/lib/sharing/sent/share-access";
import { sharedTree } from "@/lib/sharing/sent/shared-tree";
import { guardedClient } from "@/lib/trust/guarded-client";
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
  if (share.provider) return measured(share, await remoteTree(share));
  const principal = await sharePrincipalOfRecipient(user.siteId, share.providerId, user.userId);
  return measured(share, sharedTree(principal, also));
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

async function requireOpen(receiver: Receiver, id: string): Promise<ReceivedShare> {
  const { siteId, userId } = receiver;
  const share = isId(id) ? await db().receivedShare.findFirst({ where: { siteId, id, receiverId: userId } }) : null;
  if (!share || share.state === "pending" || share.state === "declined") throw noSuchOffer();
  if (share.state !== "accepted") throw notFound("SHARE_ENDED", `${share.senderName} no longer shares this.`);
  if (share.expiresAt && share.expiresAt <= new Date()) {
    throw notFound("SHARE_EXPIRED", "The time for which this was shared is over.");
  }
  if (share.requirements.includes(MUST_USE_MFA)) requireSecondFactor(receiver);
  return share;
}

/** What a cloud gets that was slow before it was asked for the thing itself. */
const FEWEST_MS = 1_000;

async function remoteTree(share: ReceivedShare): Promise<Tree> {
  const { siteId, id, provider, name } = share;
  const asked = Date.now();
  const firstByteMs = () => Math.max(FEWEST_MS, FIRST_BYTE_MS - (Date.now() - asked));
  const isUnknown = needsLook(share); // asked before getting in counts as an answer
  const { baseUrl } = await noted(share, () => inTime(provider, FIRST_BYTE_MS, accessToShare(siteId, id)));
  const source = {
    baseUrl,
    provider,
    getAuthorization: async (renew?: boolean) => (await accessToShare(siteId, id, { renew })).authorization,
    client: guardedClient(),
  };
  if (isUnknown) await noted(share, () => lookAtShare(share, { ...source, firstByteMs: firstByteMs() }), []);
  const tree = davRemoteTree({
    ...source,
    resourceKind: share.resourceType === "file" ? "file" : "folder",
    name,
    canWrite: share.role === "editor",
    firstByteMs: firstByteMs(),
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
