import { recordHeard } from "@/lib/audit/record";
import { db } from "@/lib/core/db";
import { forbidden, invalid } from "@/lib/core/errors";
import type { Heard } from "@/lib/core/proof";
import { limit } from "@/lib/limits/limit";
import { type OcmAddress, parseOcmAddress } from "@/lib/protocol/ocm/address";
import type { ShareRequestMessage } from "@/lib/protocol/ocm/wire";
import { limitStrangers } from "@/lib/sharing/received/receiver";
import { recordRequest } from "@/lib/sharing/requests/record-request";
import type { RememberAnswer } from "@/lib/trust/seen-signatures";
import type { Contact, Site } from "@/prisma/generated/client";

/**
 * A contact of one of ours asks for something: the person is told, and says yes or no. Asking again while nothing is
 * answered changes nothing. Of others, and of whoever is blocked, nothing is taken.
 *
 * @throws SENDER_NOT_SIGNER (403), OWNER_UNKNOWN (400), TOO_MANY_REQUESTS
 * @see OCM, "Request for a share"
 */
export async function receiveShareRequest(
  site: Site,
  peer: Heard,
  body: ShareRequestMessage,
  remember: RememberAnswer,
): Promise<void> {
  const { provider } = peer;
  const asker = parseOcmAddress(body.shareWith);
  if (asker.provider !== provider) {
    throw forbidden("SENDER_NOT_SIGNER", "It asks for somebody of another cloud than the one that signed.");
  }
  const contact = await findAsker(site, asker, parseOcmAddress(body.owner));
  if (!contact) {
    await limitStrangers(site, asker);
    const message = "Nobody here knows who asks.";
    throw invalid("OWNER_UNKNOWN", message, { fields: [{ name: "owner", message }] });
  }
  await limit({ siteId: site.id, key: `share-requests:${contact.id}`, max: 20, seconds: 3600 });
  const { siteId, id: contactId, userId, displayName: name } = contact;
  await db().$transaction(async (tx) => {
    await remember(tx, { status: 201, body: {} });
    const asked = { siteId, userId, contactId, colleagueId: null, provider, name };
    const isNew = await recordRequest(tx, asked, body.share);
    const fact = { action: "share-request-received", subject: `contact:${contactId}` };
    if (isNew) await recordHeard(tx, siteId, peer, fact);
  });
}

/** The contact whom the owner has in the address book under the name with which he is asked. */
async function findAsker(site: Site, { provider, identifier }: OcmAddress, owner: OcmAddress): Promise<Contact | null> {
  if (owner.provider !== site.provider) return null;
  const siteId = site.id;
  const pair = { provider, identifier, ourIdentifier: owner.identifier };
  const contact = await db().contact.findFirst({
    where: { siteId, ...pair, removedAt: null, user: { disabledAt: null } },
  });
  const isBlocked =
    contact &&
    (await db().blockedSender.count({ where: { siteId, userId: contact.userId, provider, identifier } })) > 0;
  return isBlocked ? null : contact;
}
