import { recordAudit } from "@/lib/audit/record";
import { findKnownContact, newIdentifier } from "@/lib/contacts/known-as";
import { saveContact } from "@/lib/contacts/save-contact";
import { db, type Tx } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { dropGivenUp, enqueueAsking, retryNow, wantDelivered } from "@/lib/delivery/outbox";
import { placeMount, removeMount } from "@/lib/files/mounts";
import { touchTopic } from "@/lib/notices/live";
import { parseOcmAddress } from "@/lib/protocol/ocm/address";
import { endedHere, forgetSecret } from "@/lib/sharing/received/end-received-share";
import { getReceivedShare, noSuchOffer } from "@/lib/sharing/received/received-shares";
import type { ReceivedShareView } from "@/lib/sharing/schema";
import { recordAcceptance, recordRefusal } from "@/lib/sharing/sent/record-answer";
import { notTrusted } from "@/lib/trust/provider-record";
import type { ReceivedShare, SentShare } from "@/prisma/generated/client";

/**
 * Takes an offer: it stands in the receiver's files from now on, and the sender is told; with `addContact` a sender who
 * is none becomes a contact. Again: changes nothing.
 *
 * @throws SHARE_NOT_FOUND, SHARE_ENDED, SHARE_EXPIRED, PROVIDER_NOT_TRUSTED
 * @see OCM, "Share Acceptance Notification"
 */
export async function acceptShare(
  user: UserPrincipal,
  id: string,
  { addContact = false } = {},
): Promise<ReceivedShareView> {
  const { isSuspended } = await getReceivedShare(user, id);
  if (isSuspended) throw notTrusted();
  return answer(user, id, async (tx, share) => {
    if (share.state === "accepted") return;
    if (share.state !== "pending") throw ended();
    if (share.expiresAt && share.expiresAt <= new Date()) {
      throw conflict("SHARE_EXPIRED", "This offer has expired. Ask its sender for another.");
    }
    await take(tx, share);
    if (share.provider && !share.contactId) await nameContact(tx, share, addContact);
  });
}

/** Takes an offer that waits, inside a transaction that has locked it. */
export async function take(tx: Tx, share: ReceivedShare, { isUnasked = false } = {}): Promise<void> {
  await change(tx, share, "accepted", isUnasked ? { isUnasked: true } : {});
  const { siteId, id, receiverId: userId, provider, name } = share;
  await placeMount(tx, { siteId, userId, receivedShareId: id, name });
  if (share.resourceType === "file") await enqueueAsking(tx, "measure-received-share", provider, { siteId, id });
}

/**
 * Refuses an offer, and the sender is told. Again: changes nothing.
 *
 * @throws SHARE_NOT_FOUND, SHARE_ENDED, SHARE_ACCEPTED_BEFORE
 */
export async function declineShare(user: UserPrincipal, id: string): Promise<ReceivedShareView> {
  return answer(user, id, async (tx, share) => {
    if (share.state === "declined") return;
    if (share.state === "accepted") throw conflict("SHARE_ACCEPTED_BEFORE", "You have accepted it. Leave it instead.");
    if (share.state !== "pending") throw ended();
    await change(tx, share, "declined");
  });
}

/**
 * Gives an accepted share back, and the sender is told; or takes one that has ended off the list, also if we gave up
 * telling the sender.
 *
 * @throws SHARE_NOT_FOUND, SHARE_NOT_ACCEPTED
 */
export async function leaveShare(user: UserPrincipal, id: string): Promise<ReceivedShareView> {
  return answer(user, id, async (tx, share) => {
    if (share.state === "left" || share.state === "declined") return clear(tx, share);
    const hasExpired = share.expiresAt !== null && share.expiresAt <= new Date();
    if (share.state === "pending" && !hasExpired) {
      throw conflict("SHARE_NOT_ACCEPTED", "You have not accepted it. Decline it instead.");
    }
    await change(tx, share, "left");
    await removeMount(tx, share.siteId, share.id);
  });
}

/**
 * Tells the sender's cloud the answer now instead of when its next try is due, also after we gave up.
 *
 * @throws SHARE_NOT_FOUND
 */
export async function retryAnswer(user: UserPrincipal, id: string): Promise<ReceivedShareView> {
  return answer(user, id, async (tx, share) => {
    await retryNow(tx, subjectOf(share));
    await touchTopic(tx, share.siteId, [share.receiverId], "shares-received");
  });
}

/** From now on the share ends with its sender, if he is in the address book or comes into it. */
async function nameContact(tx: Tx, share: ReceivedShare, addContact: boolean): Promise<void> {
  const { siteId, id, receiverId: userId, provider } = share;
  const { identifier } = parseOcmAddress(share.sender);
  const known = await findKnownContact(tx, { siteId, userId, provider, identifiers: [identifier] });
  const whoever = { siteId, userId, provider, identifier, ourIdentifier: newIdentifier(), mail: "", connection: null };
  const isThere = known && !known.removedAt;
  const by = { actor: `user:${userId}`, detail: { by: "an offer that was accepted" } };
  const contact = isThere || !addContact ? known : await saveContact(tx, { ...whoever, name: share.senderName }, by);
  if (!contact || contact.removedAt) return;
  await tx.receivedShare.update({ where: { siteId_id: { siteId, id } }, data: { contactId: contact.id } });
}

async function clear(tx: Tx, share: ReceivedShare): Promise<void> {
  if (await dropGivenUp(tx, subjectOf(share))) await forgetSecret(tx, share);
  await touchTopic(tx, share.siteId, [share.receiverId], "shares-received");
}

const subjectOf = ({ siteId, id }: ReceivedShare) => ({ siteId, subjectKind: "received-share", subjectId: id });

type Decide = (tx: Tx, share: ReceivedShare) => Promise<void>;

/** Locks the share, so that of two answers at once the second sees what the first has decided. */
async function answer(user: UserPrincipal, id: string, decide: Decide): Promise<ReceivedShareView> {
  if (!isId(id)) throw noSuchOffer();
  const { siteId, userId } = user;
  await db().$transaction(async (tx) => {
    // Both sides of a share within this site: always the sent row first, as when it is revoked.
    const [given] = await tx.$queryRaw<Pick<SentShare, "revokedAt">[]>`
      SELECT sent."revokedAt" FROM "SentShare" sent JOIN "ReceivedShare" received
          ON received."siteId" = sent."siteId" AND received.provider = '' AND received."providerId" = sent.id::text
       WHERE received."siteId" = ${siteId}::uuid AND received.id = ${id}::uuid AND received."receiverId" = ${userId}::uuid
         FOR UPDATE OF sent`;
    const [share] = await tx.$queryRaw<ReceivedShare[]>`
      SELECT * FROM "ReceivedShare"
       WHERE "siteId" = ${siteId}::uuid AND id = ${id}::uuid AND "receiverId" = ${userId}::uuid
         AND state <> 'absent' FOR UPDATE`;
    if (!share) throw noSuchOffer();
    // What has ended for a group may not have ended in the row of each member yet.
    const hasEnded = share.groupId && (share.provider ? !share.secretEncrypted : given?.revokedAt);
    const isOpen = share.state === "pending" || share.state === "accepted";
    await decide(tx, hasEnded && isOpen ? { ...share, state: "revoked" } : share);
  });
  return getReceivedShare(user, id);
}

/** Refuses an offer that waits, inside a transaction that has locked it. */
export const refuse = (tx: Tx, share: ReceivedShare) => change(tx, share, "declined");

type Answer = "accepted" | "declined" | "left";

async function change(tx: Tx, share: ReceivedShare, state: Answer, detail: { isUnasked?: true } = {}): Promise<void> {
  const { siteId, id, receiverId, provider } = share;
  const secrets = state === "accepted" ? {} : endedHere;
  await tx.receivedShare.update({
    where: { siteId_id: { siteId, id } },
    data: { state, answeredAt: new Date(), ...secrets },
  });
  if (share.state !== "revoked") await tellSender(tx, share, state === "accepted");
  await touchTopic(tx, siteId, [receiverId], "shares-received");
  await touchTopic(tx, siteId, [receiverId], "files");
  await recordAudit(tx, siteId, {
    actor: `user:${receiverId}`,
    action: `received-share-${state}`,
    subject: `received-share:${id}`,
    detail: { provider, providerId: share.providerId, ...detail },
  });
}

async function tellSender(tx: Tx, share: ReceivedShare, isTaken: boolean): Promise<void> {
  const { siteId, provider, providerId } = share;
  // That a member does not want it says nothing of the group.
  if (share.groupId && !isTaken) return;
  if (provider) return wantDelivered(tx, { ...subjectOf(share), provider });
  const answered = { siteId, provider, id: providerId, userId: share.receiverId };
  await (isTaken ? recordAcceptance(tx, answered) : recordRefusal(tx, answered));
}

const ended = () => conflict("SHARE_ENDED", "This share has ended.");
