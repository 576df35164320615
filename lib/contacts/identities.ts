import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { looseProvider } from "@/lib/protocol/ocm/address";
import type { Contact } from "@/prisma/generated/client";
import { noContact, removeContact } from "./remove-contact";

/** A contact as its own cloud knows it: for programs; people are never shown an identifier. */
export type ContactIdentity = Pick<Contact, "displayName" | "provider" | "identifier" | "mail">;

/** Nobody has more contacts, and what the list goes to knows no pages. */
const MOST = 10_000;

/** All contacts of a person with the identifiers that their clouds gave, by name. */
export async function listIdentities({ siteId, userId }: UserPrincipal): Promise<ContactIdentity[]> {
  return db().contact.findMany({
    where: { siteId, userId, removedAt: null },
    select: { displayName: true, provider: true, identifier: true, mail: true },
    orderBy: [{ displayName: "asc" }, { id: "asc" }],
    take: MOST,
  });
}

/**
 * Removes the contact whom that cloud calls so; see `removeContact`.
 *
 * @throws CONTACT_NOT_FOUND, PROVIDER_INVALID
 */
export async function removeIdentity(
  user: UserPrincipal,
  { provider, identifier }: Pick<Contact, "provider" | "identifier">,
): Promise<void> {
  const { siteId, userId } = user;
  const where = { siteId, userId, provider: looseProvider(provider), identifier, removedAt: null };
  const contact = await db().contact.findFirst({ where, select: { id: true } });
  if (!contact) throw noContact();
  await removeContact(user, contact.id);
}
