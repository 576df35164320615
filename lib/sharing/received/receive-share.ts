import { db, type StatementTx, type Tx, transactStatements } from "@/lib/core/db";
import { AppError, forbidden, hasCode, invalid, isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import type { Heard } from "@/lib/core/proof";
import { decryptSecret, encryptSecret } from "@/lib/core/secrets";
import { parseOcmAddress } from "@/lib/protocol/ocm/address";
import { type OfferedShare, requireSupported, type SupportedShare } from "@/lib/protocol/ocm/supported";
import { cleanDisplayName } from "@/lib/protocol/ocm/text";
import {
  MUST_EXCHANGE_TOKEN,
  MUST_USE_MFA,
  type ShareCreationResponse,
  type ShareInvitation,
} from "@/lib/protocol/ocm/wire";
import { resolveWebdavUri } from "@/lib/sharing/received/access";
import { type Offer, offerToReceiver, tellOfOffer } from "@/lib/sharing/received/offer";
import { receiveGroupShare } from "@/lib/sharing/received/receive-group-share";
import { admitStranger, findReceiver, knownDifferently, type Receiver } from "@/lib/sharing/received/receiver";
import { takeRepeated } from "@/lib/sharing/received/repeated-offer";
import { requireTakenShare } from "@/lib/sharing/received/require-taken-share";
import type { ProviderRecord } from "@/lib/trust/provider-record";
import type { RememberAnswer } from "@/lib/trust/seen-signatures";
import type { ReceivedShare, ShareRole, Site } from "@/prisma/generated/client";

/**
 * Takes an offer of another cloud for one of our people, or for a group of them. The same offer again gets the same
 * answer; if it was changed since, the change is taken over. `peer` is who signed; of one who did not, nobody is a contact.
 *
 * @throws SENDER_NOT_SIGNER (403), URI_INVALID, SHARE_WITH_UNKNOWN, SHARE_KNOWN_DIFFERENTLY (400),
 *   SHARE_KIND_REFUSED, INVITE_NEEDED, EXCHANGE_NEEDED (403), TOO_MANY_REQUESTS,
 *   RESOURCE_TYPE_UNSUPPORTED, SHARE_TYPE_UNSUPPORTED, PROTOCOL_UNSUPPORTED (501)
 * @see OCM, "Share Creation Notification"
 */
export async function receiveShare(
  site: Site,
  { provider, isVerified, proof, record }: Heard & { isVerified: boolean; record: ProviderRecord },
  body: OfferedShare,
  remember: RememberAnswer,
): Promise<ShareCreationResponse> {
  const offer = requireSupported(body);
  const sender = parseOcmAddress(offer.sender);
  if (sender.provider !== provider || parseOcmAddress(offer.owner).provider !== provider) {
    throw forbidden("SENDER_NOT_SIGNER", "The share comes from another cloud than the one that signed.");
  }
  requireKnownPlace(offer.protocol.webdav.uri, provider, record);
  const told = {
    siteId: site.id,
    provider,
    isVerified,
    proof,
    senderName: offer.senderDisplayName || cleanDisplayName(offer.sender),
    ...secretOf(offer),
    ...contentOf(offer, record),
  };
  const requireTaken = (isFromContact: boolean) => {
    const { siteId, providerId, resourceType } = told;
    const share = { resourceType, isFromContact, opensBySecret: opensBySecret(offer) };
    return requireTakenShare(record, { siteId, provider, providerId }, share);
  };
  if (offer.shareType === "group") {
    await requireTaken(true); // only such are taken for groups
    return receiveGroupShare(site, sender, told, remember);
  }
  const receiver = await findReceiver(site, { ...sender, isVerified }, parseOcmAddress(offer.shareWith));
  const isFromContact = isVerified && receiver.contactId !== null;
  const viaContactId = isFromContact ? null : receiver.viaContactId;
  if (!isFromContact) await admitStranger(site, sender);
  await requireTaken(isFromContact);

  const { identifier: recipientUserId } = parseOcmAddress(offer.shareWith);
  // Who has the identifier from somebody else is not told whose it is.
  const recipientDisplayName = viaContactId ? "" : receiver.displayName;
  const answer = { status: 201, body: { recipientDisplayName, recipientUserId } };
  const offered: Offer = {
    ...told,
    receiverId: receiver.id,
    groupId: null,
    contactId: isFromContact ? receiver.contactId : null,
    viaContactId,
    senderName: (isFromContact && receiver.contactName) || told.senderName,
    isWelcome: isFromContact && receiver.acceptsShares === true,
  };
  const offerAndRemember = async (tx: StatementTx) => {
    const offering = offerToReceiver(tx, offered, { isToldLater: true });
    return (await Promise.all([offering, remember(tx, answer)]))[0];
  };
  const newShareId = await transactStatements(offerAndRemember).catch((error) => {
    if (hasCode(error, "SHARE_OFFERED_BEFORE")) return null;
    throw error;
  });
  if (newShareId) {
    tellOfOffer(offered);
    logger("sharing").info({ shareId: newShareId, provider, isFromContact }, "share received");
    return answer.body;
  }
  await db().$transaction(async (tx) => {
    await remember(tx, answer);
    await repeat(tx, { siteId: site.id, provider, proof, record }, receiver, offer);
  });
  return answer.body;
}

/**
 * Takes an offer that opens nothing before it is accepted.
 *
 * @throws what `receiveShare` throws
 * @see FEDERATION.md, "Invitations to a share"
 */
export async function receiveInvitation(
  site: Site,
  peer: Heard & { isVerified: boolean; record: ProviderRecord },
  { permissions, requirements, ...body }: ShareInvitation,
  remember: RememberAnswer,
): Promise<ShareCreationResponse> {
  if (body.shareType !== "user") {
    throw new AppError(501, "SHARE_TYPE_UNSUPPORTED", "Only a person can be invited to a share.");
  }
  // Where it is, its acceptance tells.
  const webdav = { uri: encodeURIComponent(body.providerId), sharedSecret: null, permissions, requirements };
  return receiveShare(site, peer, { ...body, protocol: { webdav } }, remember);
}

/** Whether whoever has the secret has the resource, without a signed exchange. An invitation comes without one. */
const opensBySecret = ({ protocol: { webdav } }: SupportedShare): boolean =>
  webdav.sharedSecret !== null && !webdav.requirements.includes(MUST_EXCHANGE_TOKEN);

/** Refuses at once what could never be opened: an address at another host, or a path that leaves the sender's WebDAV root. */
function requireKnownPlace(uri: string, provider: string, record: Pick<ProviderRecord, "webdavHosts">): void {
  try {
    resolveWebdavUri(uri, provider, { webdavPath: "/dav/" }, record); // whatever its name: only discovery knows
  } catch (error) {
    if (!isAppError(error)) throw error;
    const message = "It lies at no host that may hold what your cloud shares.";
    throw invalid("URI_INVALID", message, { fields: [{ name: "protocol.webdav.uri", message }] });
  }
}

function contentOf(
  { expiration, description, protocol, ...offer }: SupportedShare,
  { needsSecondFactor }: Pick<ProviderRecord, "needsSecondFactor">,
) {
  const { requirements } = protocol.webdav;
  return {
    providerId: offer.providerId,
    sender: offer.sender,
    owner: offer.owner,
    shareWith: offer.shareWith,
    name: offer.name.normalize("NFC"),
    resourceType: offer.resourceType,
    role: roleOf(protocol.webdav.permissions),
    canReshare: protocol.webdav.permissions.includes("share"),
    note: description ?? "",
    expiresAt: expiration ? new Date(expiration * 1000) : null,
    webdavUri: protocol.webdav.uri,
    requirements: needsSecondFactor ? [...new Set([...requirements, MUST_USE_MFA])] : requirements,
  };
}

function secretOf({ protocol }: SupportedShare) {
  const { sharedSecret } = protocol.webdav;
  const secretEncrypted = sharedSecret === null ? null : encryptSecret("share-secret", sharedSecret);
  return { secretEncrypted, isInvitation: sharedSecret === null };
}

/** What permissions on the wire mean here. */
export function roleOf(permissions: string[]): ShareRole {
  return permissions.includes("write") ? "editor" : "viewer";
}

type From = Heard & { siteId: string; record: ProviderRecord };

async function repeat(tx: Tx, from: From, receiver: Receiver, offer: SupportedShare): Promise<void> {
  const { siteId, provider, proof, record } = from;
  const key = { siteId, provider, providerId: offer.providerId };
  const known = await tx.receivedShare.findFirstOrThrow({ where: { ...key, groupId: null } });
  if (known.receiverId !== receiver.id || !isSame(known, offer)) {
    throw knownDifferently();
  }
  await takeRepeated(tx, known, { ...contentOf(offer, record), proof });
}

function isSame(known: ReceivedShare, offer: SupportedShare): boolean {
  const { sharedSecret } = offer.protocol.webdav;
  // Once it has ended here there is no secret left to compare.
  const isTold = sharedSecret !== null && known.secretEncrypted !== null;
  const hasSameSecret = !isTold || decryptSecret("share-secret", known.secretEncrypted ?? "") === sharedSecret;
  return (
    known.isInvitation === (sharedSecret === null) &&
    hasSameSecret &&
    known.sender === offer.sender &&
    known.shareWith === offer.shareWith
  );
}
