import { findContactByOurIdentifier } from "@/lib/contacts/contacts";
import { db, type Tx } from "@/lib/core/db";
import { isId } from "@/lib/core/ids";
import { findUserByIdentifier, getUser, type Person } from "@/lib/identity/users";
import { parseOcmAddress } from "@/lib/protocol/ocm/address";
import { asPerson, type FoundRecipient, findRecipient } from "@/lib/sharing/sent/recipient";
import { requireAllowedShare } from "@/lib/sharing/sent/require-allowed-share";
import { getSite } from "@/lib/sites/sites";
import type { SentShare } from "@/prisma/generated/client";

// Through which share somebody gets a branch of it, and who that is.

/** How a share is named by whoever has it (`providerIdOf`): on this site `provider` is empty. */
export type ParentKey = { siteId: string; provider: string; id: string };

/**
 * The share that others are to get through who has it, if that one has it still. In a transaction it does not end or
 * change while somebody gets it through him.
 */
export async function lockParent(tx: Pick<Tx, "$queryRaw">, { siteId, provider, id }: ParentKey) {
  if (!isId(id)) return null;
  const [share] = await tx.$queryRaw<SentShare[]>`
    SELECT * FROM "SentShare"
     WHERE "siteId" = ${siteId}::uuid AND provider = ${provider} AND "revokedAt" IS NULL
       AND (id = ${id}::uuid AND "offeredAs" IS NULL OR "offeredAs" = ${id}::uuid)
       AND answer <> 'declined' AND ("expiresAt" IS NULL OR "expiresAt" > now()) FOR UPDATE`;
  return share ?? null;
}

/**
 * Who gets a branch. Whoever asks from elsewhere finds nobody here by what the site's own people may search. Not in a
 * transaction, which would hold one connection while it asks for another.
 *
 * @throws SHARE_WITH_SELF, OCM_ADDRESS_INVALID (400), RECIPIENT_NOT_FOUND; what `requireAllowedShare` throws
 */
export async function findBranchRecipient(
  { siteId, senderId: userId, nodeId, provider }: Pick<SentShare, "siteId" | "senderId" | "nodeId" | "provider">,
  shareWith: string,
): Promise<FoundRecipient> {
  const site = await getSite(siteId);
  const address = parseOcmAddress(shareWith);
  if (address.provider === site.provider) {
    return asPerson(site, { userId }, await findPersonCalled(siteId, provider, address.identifier));
  }
  const recipient = await findRecipient(site, { siteId, userId }, { kind: "address", address: shareWith });
  const node = nodeId ? await db().fileNode.findFirst({ where: { siteId, id: nodeId } }) : null;
  const isBound = node !== null && (await requireAllowedShare(siteId, node.kind, recipient));
  return isBound ? { ...recipient, needsSecondFactor: true } : recipient;
}

/** One of this site as anyone may call him, or as a contact of his on the cloud that asks does. */
async function findPersonCalled(siteId: string, provider: string, identifier: string): Promise<Person | null> {
  const person = await findUserByIdentifier(siteId, identifier);
  const contact = person ? null : await findContactByOurIdentifier(siteId, identifier);
  return contact?.provider === provider ? getUser(siteId, contact.userId) : person;
}
