import { db, type Tx } from "@/lib/core/db";
import { hasCode } from "@/lib/core/errors";
import type { Proof } from "@/lib/core/proof";
import { decryptSecret } from "@/lib/core/secrets";
import { groupChanged } from "@/lib/identity/change-groups";
import { findGroupByHandle } from "@/lib/identity/groups";
import { type OcmAddress, parseOcmAddress } from "@/lib/protocol/ocm/address";
import type { ShareCreationResponse } from "@/lib/protocol/ocm/wire";
import { type Offer, offerToReceiver } from "@/lib/sharing/received/offer";
import { knownDifferently, limitStrangers, nobodyThere } from "@/lib/sharing/received/receiver";
import { takeRepeated } from "@/lib/sharing/received/repeated-offer";
import type { RememberAnswer } from "@/lib/trust/seen-signatures";
import type { Group, ReceivedShare, Site } from "@/prisma/generated/client";

/** What is offered, before it is known to whom. */
export type GroupOffer = Omit<Offer, "receiverId" | "groupId" | "contactId" | "isWelcome"> & { proof: Proof };

/**
 * Takes an offer of another cloud for a group of ours: the first member gets it here, the others by a job. The sender
 * must be a contact of somebody on this site, proved by a signature: no stranger reaches many people at once.
 *
 * @throws SHARE_WITH_UNKNOWN, SHARE_KNOWN_DIFFERENTLY (400), TOO_MANY_REQUESTS
 * @see OCM, "Share Creation Notification", shareType `group`
 */
export async function receiveGroupShare(
  site: Site,
  sender: OcmAddress,
  offer: GroupOffer,
  remember: RememberAnswer,
): Promise<ShareCreationResponse> {
  const { group, members } = await findGroup(site, sender, offer);
  const { identifier: recipientUserId } = parseOcmAddress(offer.shareWith);
  const answer = { status: 201, body: { recipientDisplayName: group.name, recipientUserId } };
  const receive = () =>
    db().$transaction(async (tx) => {
      await remember(tx, answer);
      await offerOrChange(tx, group, members, offer);
    });
  // Of two equal offers at once one finds the other's rows only when it tries again.
  await receive().catch((error) => {
    if (!hasCode(error, "SHARE_OFFERED_BEFORE")) throw error;
    return receive();
  });
  return answer.body;
}

/** Who is addressed; whatever is amiss, a stranger hears the same. */
async function findGroup(site: Site, sender: OcmAddress, { shareWith, isVerified }: GroupOffer) {
  const siteId = site.id;
  const to = parseOcmAddress(shareWith);
  const group = to.provider === site.provider ? await findGroupByHandle(siteId, to.identifier) : null;
  const { provider, identifier } = sender;
  const isKnown =
    isVerified && (await db().contact.count({ where: { siteId, provider, identifier, removedAt: null } })) > 0;
  const members = group && isKnown ? await listReachable(group, sender) : [];
  const isFound = group && members.length > 0;
  if (!isFound || members.some(({ contact }) => contact === null)) await limitStrangers(site, sender);
  if (!isFound) throw nobodyThere();
  return { group, members };
}

type Reachable = { userId: string; contact: { id: string; displayName: string; acceptsShares: boolean } | null };

/** The members who have not blocked the sender; those who know him first. */
async function listReachable(
  { siteId, id: groupId }: Group,
  { provider, identifier }: OcmAddress,
): Promise<Reachable[]> {
  const members = await db().groupMember.findMany({ where: { siteId, groupId }, select: { userId: true } });
  const userId = { in: members.map((member) => member.userId) };
  const contacts = await db().contact.findMany({ where: { siteId, userId, provider, identifier, removedAt: null } });
  const blocked = await db().blockedSender.findMany({
    where: { siteId, userId, provider, identifier: { in: ["", identifier] } },
  });
  const reachable = members.flatMap((member) => {
    const contact = contacts.find((one) => one.userId === member.userId) ?? null;
    const own = blocked.filter((one) => one.userId === member.userId);
    return own.some((one) => !contact || one.identifier !== "") ? [] : [{ userId: member.userId, contact }];
  });
  return reachable.sort((one, other) => Number(other.contact !== null) - Number(one.contact !== null));
}

async function offerOrChange(tx: Tx, group: Group, members: Reachable[], offer: GroupOffer): Promise<void> {
  const { siteId, id: groupId } = group;
  const key = { siteId, provider: offer.provider, providerId: offer.providerId };
  const known = await tx.receivedShare.findFirst({ where: key, orderBy: { id: "asc" } });
  if (known) {
    if (known.groupId !== groupId || !isSame(known, offer)) throw knownDifferently();
    return takeRepeated(tx, known, offer);
  }
  const [first] = members;
  if (!first) return;
  const { userId: receiverId, contact } = first;
  const senderName = contact?.displayName ?? offer.senderName;
  const isWelcome = contact?.acceptsShares ?? false;
  await offerToReceiver(tx, { ...offer, receiverId, groupId, contactId: contact?.id ?? null, senderName, isWelcome });
  await groupChanged(tx, { siteId, groupId });
}

function isSame(known: ReceivedShare, { sender, shareWith, secretEncrypted }: GroupOffer): boolean {
  const secretOf = (sealed: string | null) => sealed && decryptSecret("share-secret", sealed);
  const hasSameSecret = !known.secretEncrypted || secretOf(known.secretEncrypted) === secretOf(secretEncrypted);
  return hasSameSecret && known.sender === sender && known.shareWith === shareWith;
}
