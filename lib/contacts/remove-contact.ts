import { recordAudit, recordHeard } from "@/lib/audit/record";
import { db, type Tx } from "@/lib/core/db";
import { type AppError, invalid, notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { logger } from "@/lib/core/logger";
import type { UserPrincipal } from "@/lib/core/principal";
import type { Heard } from "@/lib/core/proof";
import type { Describer } from "@/lib/delivery/deliver";
import { describeNotification } from "@/lib/delivery/notification";
import { wantDelivered } from "@/lib/delivery/outbox";
import { enqueue } from "@/lib/jobs/enqueue";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import { formatOcmAddress } from "@/lib/protocol/ocm/address";
import type { OcmNotification } from "@/lib/protocol/ocm/wire";
import { type Contact, Prisma } from "@/prisma/generated/client";

/**
 * Takes a contact out of the address book, and tells the other cloud. The shares with it end, both ways, by a job of
 * the same transaction.
 *
 * @throws CONTACT_NOT_FOUND
 * @see OCM, "Notification" USER_REMOVED
 */
export async function removeContact({ siteId, userId }: UserPrincipal, contactId: string): Promise<void> {
  if (!isId(contactId)) throw noContact();
  await db().$transaction(async (tx) => {
    const contact = await endContact(tx, { siteId, userId, id: contactId }, { endedByThem: false });
    if (!contact) throw noContact();
    const { provider } = contact;
    await wantDelivered(tx, { siteId, provider, subjectKind: "contact", subjectId: contactId });
    const entry = { actor: `user:${userId}`, action: REMOVED, subject: `contact:${contactId}`, detail: { provider } };
    await recordAudit(tx, siteId, entry);
  });
  logger("contacts").info({ siteId, userId, contactId }, "contact removed");
}

/** What the other cloud should hear of a contact: that it was removed here, while it still is. */
export const describeContact: Describer = async (siteId, id) => {
  const contact = await db().contact.findUnique({ where: { siteId_id: { siteId, id } } });
  if (!contact?.removedAt || contact.endedByThem) return null;
  const { provider, identifier, ourIdentifier: userID, connection } = contact;
  const grantee = formatOcmAddress({ identifier, provider });
  const person = { siteId, resourceType: "user", providerId: identifier, grantee, secretEncrypted: null };
  return describeNotification(person, "USER_REMOVED", { userID, ...(connection && { connection }) });
};

/**
 * Another cloud says that one of its people has removed one of ours: the contact ends here as well, and the shares with
 * it, and our person is told. Hearing it again changes nothing, and neither does hearing it when an invite has brought
 * them together anew since: the two are told apart by what their clouds call those beginnings.
 *
 * @throws CONTACT_UNKNOWN (400)
 * @see OCM, "Notification" USER_REMOVED
 */
export async function receiveRemoval(tx: Tx, at: string, peer: Heard, told: OcmNotification): Promise<void> {
  const which = { siteId: at, provider: peer.provider };
  // First of all: whoever accepts an invite meanwhile holds the same row (lib/contacts/accept-invite.ts).
  const unheard = await endAcceptances(tx, which, told);
  const named = await findNamed(tx, which, told);
  if (!named && unheard.some(({ ourIdentifier }) => ourIdentifier === told.providerId)) return;
  if (!named) throw unknownContact();
  const { siteId, id, userId, connection } = named;
  const ended = connectionIn(told);
  const isYoungest = unheard.some((invite) => invite.userId === userId);
  if (ended && connection && ended !== connection && !isYoungest) return; // an earlier one, whose end was long under way
  const contact = await endContact(tx, { siteId, userId, id }, { endedByThem: true });
  if (!contact) return;
  const { displayName: name, provider } = contact;
  await notify(tx, siteId, userId, "contact-removed", { name, provider });
  await recordHeard(tx, siteId, peer, { action: REMOVED, subject: `contact:${id}`, detail: { provider } });
}

/**
 * The identifier was made for one contact, unless that cloud names its own person: then that must be one of ours alone.
 */
async function findNamed(tx: Tx, which: Pick<Contact, "siteId" | "provider">, told: OcmNotification) {
  const { providerId, notification } = told;
  const ours = await tx.contact.findFirst({ where: { ...which, ourIdentifier: providerId } });
  if (ours) return ours;
  const userID = notification?.userID;
  const theirs = await tx.contact.findMany({
    where: { ...which, identifier: providerId, ...(typeof userID === "string" && { ourIdentifier: userID }) },
    take: 2,
  });
  return theirs.length === 1 ? theirs[0] : null;
}

const connectionIn = ({ notification }: OcmNotification): string | null =>
  typeof notification?.connection === "string" ? notification.connection : null;

/**
 * Writes down that an invite of that cloud, to which one of our people has said yes, begins nothing any more. Returned is
 * that yes if its answer is still to come: then it is younger than whatever connects the two. Others may have tried the
 * same invite.
 */
async function endAcceptances(tx: Tx, which: Pick<Contact, "siteId" | "provider">, told: OcmNotification) {
  const connection = connectionIn(told);
  const named = connection ? { connection } : { ourIdentifier: told.providerId };
  const where = { ...which, ...named, endedAt: null };
  const ended = await tx.acceptedInvite.updateManyAndReturn({ where, data: { endedAt: new Date() } });
  return ended.filter(({ acceptedAt }) => acceptedAt === null);
}

/** Null when it was removed before. */
async function endContact(
  tx: Tx,
  which: Pick<Contact, "siteId" | "userId" | "id">,
  { endedByThem }: Pick<Contact, "endedByThem">,
): Promise<Contact | null> {
  const [contact] = await tx.contact.updateManyAndReturn({
    where: { ...which, removedAt: null },
    // Should they come back, our person is asked again whether their offers are accepted unasked.
    data: { removedAt: new Date(), endedByThem, acceptsShares: false, verifiedAs: Prisma.DbNull },
  });
  if (!contact) return null;
  const { siteId, id: contactId } = contact;
  await enqueue(tx, "contact-removed", { siteId, contactId }, { key: `contact-removed:${contactId}` });
  await touchTopic(tx, siteId, [contact.userId], "contacts");
  return contact;
}

const REMOVED = "contact-removed";

/** What is absent and what is somebody else's sound the same. */
export const noContact = () => notFound("CONTACT_NOT_FOUND", "There is no such contact.");

/** Says nothing of whether the person is there at all. */
export const unknownContact = (): AppError =>
  invalid("CONTACT_UNKNOWN", "No such contact is known between these clouds.");
