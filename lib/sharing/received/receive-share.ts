import { recordAudit } from "@/lib/audit/record";
import { db, type Tx } from "@/lib/core/db";
import { conflict, forbidden, invalid } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { decryptSecret, encryptSecret } from "@/lib/core/secrets";
import { findUserByIdentifier, type Person } from "@/lib/identity/users";
import { limit } from "@/lib/limits/limit";
import { type OcmAddress, parseOcmAddress } from "@/lib/protocol/ocm/address";
import { requireSupported, type SupportedShare } from "@/lib/protocol/ocm/supported";
import { cleanDisplayName } from "@/lib/protocol/ocm/text";
import type { ShareCreationNotification, ShareCreationResponse } from "@/lib/protocol/ocm/wire";
import { changeReceivedShare, offerToReceiver } from "@/lib/sharing/received/offer";
import type { RememberAnswer } from "@/lib/trust/seen-signatures";
import type { Contact, ReceivedShare, ShareRole, Site } from "@/prisma/generated/client";

/**
 * Takes an offer of another cloud for one of our people. The same offer again gets the same answer; if it was changed
 * since, the change is taken over. `provider` is who signed.
 *
 * @throws SENDER_NOT_SIGNER (403), SHARE_WITH_UNKNOWN (400), SHARE_KNOWN_DIFFERENTLY (409), TOO_MANY_REQUESTS,
 *   RESOURCE_TYPE_UNSUPPORTED, SHARE_TYPE_UNSUPPORTED, PROTOCOL_UNSUPPORTED (501)
 * @see OCM, "Share Creation Notification"
 */
export async function receiveShare(
  site: Site,
  provider: string,
  body: ShareCreationNotification,
  remember: RememberAnswer,
): Promise<ShareCreationResponse> {
  const offer = requireSupported(body);
  const sender = parseOcmAddress(offer.sender);
  if (sender.provider !== provider || parseOcmAddress(offer.owner).provider !== provider) {
    throw forbidden("SENDER_NOT_SIGNER", "The share comes from another cloud than the one that signed.");
  }
  const { receiver, contact } = await findReceiver(site, provider, sender, parseOcmAddress(offer.shareWith));
  if (!contact) await limit({ key: `strange-shares:${site.id}:${provider}`, max: 60, seconds: 3600 });

  const answer = { recipientDisplayName: receiver.displayName };
  await db().$transaction(async (tx) => {
    await remember(tx, { status: 201, body: answer });
    const isNew = await offerToReceiver(tx, {
      siteId: site.id,
      receiverId: receiver.id,
      contactId: contact?.id,
      provider,
      senderName: contact?.displayName || offer.senderDisplayName || cleanDisplayName(offer.sender),
      secretEncrypted: encryptSecret("share-secret", offer.protocol.webdav.sharedSecret),
      ...contentOf(offer),
    });
    if (!isNew) return repeat(tx, site, provider, receiver, offer);
    logger("sharing").info({ shareId: isNew.id, provider, isFromContact: contact !== null }, "share received");
    await recordAudit(tx, site.id, {
      actor: `provider:${provider}`,
      action: "share-received",
      subject: `received-share:${isNew.id}`,
      detail: { sender: offer.sender, receiverId: receiver.id },
    });
  });
  return answer;
}

type Receiver = { receiver: Person; contact: Contact | null };

/**
 * A contact's identifier opens only to that contact's cloud. Whatever is amiss, a stranger hears the same.
 */
async function findReceiver(site: Site, provider: string, sender: OcmAddress, to: OcmAddress): Promise<Receiver> {
  const found = to.provider === site.provider ? await findPerson(site, provider, to.identifier) : null;
  if (!found || found.receiver.disabledAt) {
    const message = "Nobody here has that address.";
    const fields = [{ name: "shareWith", message }];
    throw invalid("SHARE_WITH_UNKNOWN", message, { fields });
  }
  // Somebody else of that cloud who learned the identifier is a stranger all the same.
  const isContact = found.contact?.identifier === sender.identifier;
  return { receiver: found.receiver, contact: isContact ? found.contact : null };
}

async function findPerson(site: Site, provider: string, identifier: string): Promise<Receiver | null> {
  const siteId = site.id;
  const contact = await db().contact.findUnique({
    where: { siteId_ourIdentifier: { siteId, ourIdentifier: identifier } },
    include: { user: true },
  });
  if (contact) return contact.provider === provider && !contact.removedAt ? { receiver: contact.user, contact } : null;
  const receiver = await findUserByIdentifier(siteId, identifier);
  return receiver && { receiver, contact: null };
}

function contentOf({ expiration, description, protocol, ...offer }: SupportedShare) {
  return {
    providerId: offer.providerId,
    sender: offer.sender,
    owner: offer.owner,
    shareWith: offer.shareWith,
    name: offer.name.normalize("NFC"),
    resourceType: offer.resourceType,
    role: roleOf(protocol.webdav.permissions),
    note: description ?? "",
    expiresAt: expiration ? new Date(expiration * 1000) : null,
    webdavUri: protocol.webdav.uri,
    requirements: protocol.webdav.requirements,
  };
}

/** What permissions on the wire mean here. */
export function roleOf(permissions: string[]): ShareRole {
  return permissions.includes("write") ? "editor" : "viewer";
}

/** Our first answer may have been lost, so the sender says it again, as it is by now. */
async function repeat(tx: Tx, site: Site, provider: string, receiver: Person, offer: SupportedShare): Promise<void> {
  const key = { siteId: site.id, provider, providerId: offer.providerId };
  const known = await tx.receivedShare.findUniqueOrThrow({ where: { siteId_provider_providerId: key } });
  if (known.receiverId !== receiver.id || !isSame(known, offer)) {
    throw conflict("SHARE_KNOWN_DIFFERENTLY", "Another share with this providerId is known here.");
  }
  const { role, expiresAt } = contentOf(offer);
  await changeReceivedShare(tx, key, { role, expiresAt });
}

function isSame(known: ReceivedShare, offer: SupportedShare): boolean {
  const { sharedSecret } = offer.protocol.webdav;
  // Once it has ended here there is no secret left to compare.
  const hasSameSecret = !known.secretEncrypted || decryptSecret("share-secret", known.secretEncrypted) === sharedSecret;
  return hasSameSecret && known.sender === offer.sender && known.shareWith === offer.shareWith;
}
