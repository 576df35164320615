import { db, type Tx, transactStatements } from "@/lib/core/db";
import { forbidden, hasCode, invalid, isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { decryptSecret, encryptSecret } from "@/lib/core/secrets";
import { parseOcmAddress } from "@/lib/protocol/ocm/address";
import { requireSupported, type SupportedShare } from "@/lib/protocol/ocm/supported";
import { cleanDisplayName } from "@/lib/protocol/ocm/text";
import type { ShareCreationNotification, ShareCreationResponse } from "@/lib/protocol/ocm/wire";
import { resolveWebdavUri } from "@/lib/sharing/received/access";
import { changeReceivedShare, offerToReceiver } from "@/lib/sharing/received/offer";
import { findReceiver, limitStrangers, type Receiver } from "@/lib/sharing/received/receiver";
import type { RememberAnswer } from "@/lib/trust/seen-signatures";
import type { ReceivedShare, ShareRole, Site } from "@/prisma/generated/client";

/**
 * Takes an offer of another cloud for one of our people. The same offer again gets the same answer; if it was changed
 * since, the change is taken over. `peer` is who signed; of one who did not, nobody is a contact.
 *
 * @throws SENDER_NOT_SIGNER (403), URI_INVALID, SHARE_WITH_UNKNOWN, SHARE_KNOWN_DIFFERENTLY (400),
 *   TOO_MANY_REQUESTS, RESOURCE_TYPE_UNSUPPORTED, SHARE_TYPE_UNSUPPORTED, PROTOCOL_UNSUPPORTED (501)
 * @see OCM, "Share Creation Notification"
 */
export async function receiveShare(
  site: Site,
  { provider, isVerified }: { provider: string; isVerified: boolean },
  body: ShareCreationNotification,
  remember: RememberAnswer,
): Promise<ShareCreationResponse> {
  const offer = requireSupported(body);
  const sender = parseOcmAddress(offer.sender);
  if (sender.provider !== provider || parseOcmAddress(offer.owner).provider !== provider) {
    throw forbidden("SENDER_NOT_SIGNER", "The share comes from another cloud than the one that signed.");
  }
  requireOwnUri(offer.protocol.webdav.uri, provider);
  const receiver = await findReceiver(site, { ...sender, isVerified }, parseOcmAddress(offer.shareWith));
  // Somebody else of that cloud who learned the identifier is a stranger all the same.
  const isFromContact = isVerified && receiver.contactIdentifier === sender.identifier;
  if (!isFromContact) await limitStrangers(site, provider);

  const { identifier: recipientUserId } = parseOcmAddress(offer.shareWith);
  const answer = { status: 201, body: { recipientDisplayName: receiver.displayName, recipientUserId } };
  const newShareId = await transactStatements(async (tx) => {
    const offered = offerToReceiver(tx, {
      siteId: site.id,
      receiverId: receiver.id,
      contactId: isFromContact ? receiver.contactId : null,
      provider,
      isVerified,
      senderName: (isFromContact && receiver.contactName) || offer.senderDisplayName || cleanDisplayName(offer.sender),
      secretEncrypted: encryptSecret("share-secret", offer.protocol.webdav.sharedSecret),
      ...contentOf(offer),
    });
    return (await Promise.all([offered, remember(tx, answer)]))[0];
  }).catch((error) => {
    if (hasCode(error, "SHARE_OFFERED_BEFORE")) return null;
    throw error;
  });
  if (newShareId) {
    logger("sharing").info({ shareId: newShareId, provider, isFromContact }, "share received");
    return answer.body;
  }
  await db().$transaction(async (tx) => {
    await remember(tx, answer);
    await repeat(tx, site, provider, receiver, offer);
  });
  return answer.body;
}

/** Refuses at once what could never be opened: an address elsewhere, or a path that leaves the sender's WebDAV root. */
function requireOwnUri(uri: string, provider: string): void {
  try {
    resolveWebdavUri(uri, provider, { webdavPath: "/dav/" }); // whatever its name: only discovery knows
  } catch (error) {
    if (!isAppError(error)) throw error;
    const message = "It does not lie on the sender's own cloud.";
    throw invalid("URI_INVALID", message, { fields: [{ name: "protocol.webdav.uri", message }] });
  }
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
async function repeat(tx: Tx, site: Site, provider: string, receiver: Receiver, offer: SupportedShare): Promise<void> {
  const key = { siteId: site.id, provider, providerId: offer.providerId };
  const known = await tx.receivedShare.findUniqueOrThrow({ where: { siteId_provider_providerId: key } });
  if (known.receiverId !== receiver.id || !isSame(known, offer)) {
    // Not 409, by which some clouds say that they have this very share.
    const message = "Another share with this providerId is known here.";
    throw invalid("SHARE_KNOWN_DIFFERENTLY", message, { fields: [{ name: "providerId", message }] });
  }
  const { role, expiresAt, webdavUri, requirements } = contentOf(offer);
  await tx.receivedShare.updateMany({ where: key, data: { requirements } });
  // An older cloud does not tell what it grants.
  await changeReceivedShare(tx, key, { role: webdavUri === "" ? known.role : role, expiresAt });
}

function isSame(known: ReceivedShare, offer: SupportedShare): boolean {
  const { sharedSecret } = offer.protocol.webdav;
  // Once it has ended here there is no secret left to compare.
  const hasSameSecret = !known.secretEncrypted || decryptSecret("share-secret", known.secretEncrypted) === sharedSecret;
  return hasSameSecret && known.sender === offer.sender && known.shareWith === offer.shareWith;
}
