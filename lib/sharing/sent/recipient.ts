import { db } from "@/lib/core/db";
import { invalid, notFound } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { findGroupByHandle, getGroup } from "@/lib/identity/groups";
import { findUserByIdentifier, findUserByLogin, getUser, type Person } from "@/lib/identity/users";
import { formatOcmAddress, type OcmAddress, parseOcmAddress } from "@/lib/protocol/ocm/address";
import type { Recipient } from "@/lib/sharing/schema";
import type { Site } from "@/lib/sites/sites";
import type { Contact, Group } from "@/prisma/generated/client";

/** The Receiving Party of a share to be sent. `provider` is empty on the same site. */
export type FoundRecipient = {
  shareWith: string;
  provider: string;
  recipientName: string;
  contactId: string | null;
  recipientId: string | null;
  groupId: string | null;
  isToGroup: boolean;
  /** The administrators have it open with a second factor only, whatever its sender says. */
  needsSecondFactor?: true;
};

const NOBODY = { provider: "", contactId: null, recipientId: null, groupId: null, isToGroup: false };

/**
 * Who is meant: a contact, a person or a group of the same site, or whoever a typed address names.
 *
 * @throws RECIPIENT_NOT_FOUND, PERSON_NOT_FOUND, GROUP_NOT_FOUND, SHARE_WITH_SELF, OCM_ADDRESS_INVALID
 */
export async function findRecipient(
  site: Site,
  sender: Pick<UserPrincipal, "siteId" | "userId">,
  recipient: Recipient,
): Promise<FoundRecipient> {
  const { siteId, userId } = sender;
  if (recipient.kind === "contact") {
    const contact = await db().contact.findFirst({ where: { siteId, userId, id: recipient.id, removedAt: null } });
    if (!contact) throw notFound("RECIPIENT_NOT_FOUND", "This person is not among your contacts.");
    return asContact(contact);
  }

  if (recipient.kind === "person") {
    return asPerson(site, sender, site.showsSitePeople ? await getUser(siteId, recipient.id) : null);
  }

  if (recipient.kind === "group") {
    return asGroup(site, site.showsSitePeople ? await getGroup(siteId, recipient.id) : null);
  }

  const address = parseOcmAddress(recipient.address);
  const isHere = address.provider === site.provider;
  if (recipient.isGroup) {
    return isHere ? asGroup(site, await findGroupByHandle(siteId, address.identifier)) : asStranger(address, true);
  }
  if (isHere) {
    return asPerson(site, sender, await findPersonOfSite(site, address.identifier));
  }
  const { provider, identifier } = address;
  const contact = await db().contact.findFirst({ where: { siteId, userId, provider, identifier, removedAt: null } });
  return contact ? asContact(contact) : asStranger(address, false);
}

/** Where people may see each other anyway, their user names are no secret either. */
async function findPersonOfSite(site: Site, identifier: string): Promise<Person | null> {
  const person = await findUserByIdentifier(site.id, identifier);
  return person ?? (site.showsSitePeople ? findUserByLogin(site.id, identifier) : null);
}

/** Somebody of the same site, to whom that one wants to share. @throws RECIPIENT_NOT_FOUND, SHARE_WITH_SELF */
export function asPerson(site: Site, sender: Pick<UserPrincipal, "userId">, person: Person | null): FoundRecipient {
  if (person?.id === sender.userId) throw invalid("SHARE_WITH_SELF", "This is you: it is yours already.");
  if (!person || person.disabledAt) throw notFound("RECIPIENT_NOT_FOUND", "Nobody on this cloud has that address.");
  const shareWith = formatOcmAddress({ identifier: person.identifier, provider: site.provider });
  const { id: recipientId, displayName: recipientName } = person;
  return { ...NOBODY, shareWith, recipientName, recipientId };
}

function asGroup(site: Site, group: Pick<Group, "id" | "name" | "handle"> | null): FoundRecipient {
  if (!group) throw notFound("RECIPIENT_NOT_FOUND", "No group on this cloud has that address.");
  const shareWith = formatOcmAddress({ identifier: group.handle, provider: site.provider });
  return { ...NOBODY, shareWith, recipientName: group.name, groupId: group.id, isToGroup: true };
}

function asContact({ id, identifier, provider, displayName }: Contact): FoundRecipient {
  const shareWith = formatOcmAddress({ identifier, provider });
  return { ...NOBODY, shareWith, provider, recipientName: displayName, contactId: id };
}

/** Has no name until his cloud tells one. */
function asStranger(address: OcmAddress, isToGroup: boolean): FoundRecipient {
  const shareWith = formatOcmAddress(address);
  return { ...NOBODY, shareWith, provider: address.provider, recipientName: shareWith, isToGroup };
}
