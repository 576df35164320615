import { recordAudit } from "@/lib/audit/record";
import { getContact } from "@/lib/contacts/contacts";
import { db, type Tx } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import type { Describer, Description } from "@/lib/delivery/deliver";
import { wantDelivered } from "@/lib/delivery/outbox";
import { limit } from "@/lib/limits/limit";
import { notify } from "@/lib/notices/notices";
import { formatOcmAddress } from "@/lib/protocol/ocm/address";
import { noSuchOffer } from "@/lib/sharing/received/received-shares";
import { recordRequest } from "@/lib/sharing/requests/record-request";
import type { AskForShareInput } from "@/lib/sharing/schema";
import { findRecipient } from "@/lib/sharing/sent/recipient";
import { getSite } from "@/lib/sites/sites";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import type { Contact, ShareRequest } from "@/prisma/generated/client";

type Asked = { whom: Contact | Colleague; share: string; what: string };
/** Somebody of the same site. */
type Colleague = { recipientId: string; provider: "" };

/**
 * Asks a contact or somebody of the same site for something in words, or to be let change what is shared already. A
 * contact's cloud is told by the outbox; the answer, if there is one, is a share or a change of one.
 *
 * @throws CONTACT_NOT_FOUND, PERSON_NOT_FOUND, RECIPIENT_NOT_FOUND, SHARE_WITH_SELF, SHARE_NOT_FOUND,
 *   NOTHING_TO_ASK (409), PROVIDER_NOT_TRUSTED, TOO_MANY_REQUESTS
 */
export async function askForShare(user: UserPrincipal, input: AskForShareInput): Promise<void> {
  const { siteId, userId } = user;
  const asked = "words" in input ? await inWords(user, input) : await toEdit(user, input);
  const { whom, what } = asked;
  if (whom.provider) await requireAllowedProvider(siteId, whom.provider);
  await limit({ siteId, key: `share-asks:${userId}`, max: 30, seconds: 3600 });
  await db().$transaction(async (tx) => {
    const subject =
      "recipientId" in whom ? await askHere(tx, user, whom, asked) : await askThere(tx, user, whom, asked);
    await recordAudit(tx, siteId, { actor: `user:${userId}`, action: "share-requested", subject, detail: { what } });
  });
}

async function askThere(tx: Tx, { siteId, userId }: UserPrincipal, contact: Contact, { share, what }: Asked) {
  const { id: contactId, provider } = contact;
  const open = { siteId, userId, contactId, isOurs: true, share, answeredAt: null };
  await tx.shareRequest.createMany({ data: [{ ...open, what }], skipDuplicates: true });
  const { id: subjectId } = await tx.shareRequest.findFirstOrThrow({ where: { ...open, siteId } });
  await wantDelivered(tx, { siteId, provider, subjectKind: "share-request", subjectId });
  return `contact:${contactId}`;
}

async function askHere(tx: Tx, asker: UserPrincipal, { recipientId: userId }: Colleague, { share }: Asked) {
  const { siteId, userId: colleagueId } = asker;
  const { displayName: name } = await tx.user.findUniqueOrThrow({ where: { siteId_id: { siteId, id: colleagueId } } });
  await recordRequest(tx, { siteId, userId, contactId: null, colleagueId, provider: "", name }, share);
  return `user:${userId}`;
}

async function inWords(user: UserPrincipal, input: Extract<AskForShareInput, { words: string }>): Promise<Asked> {
  const { words } = input;
  if ("contactId" in input) return { whom: await getContact(user, input.contactId), share: words, what: words };
  const found = await findRecipient(await getSite(user.siteId), user, { kind: "person", id: input.personId });
  return { whom: { recipientId: found.recipientId ?? "", provider: "" }, share: words, what: words };
}

async function toEdit(user: UserPrincipal, { receivedShareId: id }: { receivedShareId: string }): Promise<Asked> {
  const { siteId, userId } = user;
  const where = { siteId, id, receiverId: userId, state: "accepted" as const };
  const share = isId(id) ? await db().receivedShare.findFirst({ where, include: { contact: true } }) : null;
  if (!share) throw noSuchOffer();
  const { contact, provider, role, providerId, name } = share;
  const giver = provider ? contact : await findGiver(user, providerId);
  const whom = share.groupId ? null : giver; // what a group may do is not one member's to ask
  if (!whom || contact?.removedAt || role === "editor") {
    throw conflict("NOTHING_TO_ASK", "Only who shares it with you can be asked, and only for what you may not do yet.");
  }
  return { whom, share: providerId, what: name };
}

/** Who shares that with this person on the same site. */
async function findGiver({ siteId, userId }: UserPrincipal, id: string): Promise<Colleague | null> {
  const where = { siteId, id, recipientId: userId, sender: { disabledAt: null } };
  const sent = await db().sentShare.findFirst({ where, select: { senderId: true } });
  return sent && { recipientId: sent.senderId, provider: "" };
}

/** What the other cloud should hear of a request: that it is made, unless the contact is gone meanwhile. */
export const describeShareRequest: Describer = async (siteId, id) => {
  const request = await db().shareRequest.findUnique({
    where: { siteId_id: { siteId, id } },
    include: { contact: true },
  });
  if (!request?.contact || request.answeredAt || request.contact.removedAt) return null;
  const { share, contact } = request;
  const { provider, identifier, ourIdentifier } = contact;
  const own = await getSite(siteId);
  const owner = formatOcmAddress({ identifier, provider });
  const shareWith = formatOcmAddress({ identifier: ourIdentifier, provider: own.provider });
  return {
    call: { to: "/request-share", json: { owner, shareWith, share } },
    ...withOutcome({ ...request, contact }),
  };
};

type Described = ShareRequest & { contact: Contact };

/** What is written down, and whom it is told, once the contact's cloud has heard a request or could not be told. */
export function withOutcome(request: Described): Pick<Description, "onDelivered" | "onFailed"> {
  const { siteId, id, userId, what: resource, contact } = request;
  return {
    async onDelivered(tx) {
      await tx.shareRequest.updateMany({ where: { siteId, id }, data: { answeredAt: new Date() } });
    },
    async onFailed(tx, { sentence: reason, hasGivenUp }) {
      const about = { shareId: id, resource, name: contact.displayName, provider: contact.provider, reason };
      if (hasGivenUp) await notify(tx, siteId, userId, "request-failed", about);
    },
  };
}
