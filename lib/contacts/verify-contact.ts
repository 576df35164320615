import { recordAudit } from "@/lib/audit/record";
import { db } from "@/lib/core/db";
import { type AppError, conflict, invalid } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { touchTopic } from "@/lib/notices/live";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { keysOfProvider } from "@/lib/trust/provider-keys";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import { CONTACT_WORDS } from "@/lib/trust/site-discovery";
import { Prisma } from "@/prisma/generated/client";
import { getContact } from "./contacts";
import { noContact } from "./remove-contact";
import type { ContactView, ContactWords } from "./schema";
import { sidesOf, wordsOf } from "./verified-as";
import { viewContact } from "./view";

/**
 * The words that both people see, if each cloud knows the other's true keys: asked for now, while the person waits.
 *
 * @throws CONTACT_NOT_FOUND, CONTACT_WORDS_UNSUPPORTED, PROVIDER_NOT_TRUSTED; what `discoverProvider` and
 *   `keysOfProvider` throw
 * @see docs/decisions/0015
 */
export async function getContactWords(user: UserPrincipal, contactId: string): Promise<ContactWords> {
  const contact = await getContact(user, contactId);
  const { siteId, provider } = contact;
  await requireAllowedProvider(siteId, provider);
  const { capabilities } = await discoverProvider(siteId, provider, { fresh: true });
  if (!capabilities.includes(CONTACT_WORDS)) throw unsupported(provider);
  await keysOfProvider(siteId, provider, { fresh: true });
  return { words: wordsOf(await sidesOf(contact)), isVerified: contact.verifiedAs !== null };
}

/**
 * Marks a contact as verified: the two have compared these words by voice.
 *
 * @throws CONTACT_NOT_FOUND, CONTACT_WORDS_CHANGED
 */
export async function verifyContact(user: UserPrincipal, contactId: string, words: string[]): Promise<ContactView> {
  const contact = await getContact(user, contactId);
  const sides = await sidesOf(contact);
  if (words.join() !== wordsOf(sides).join()) throw wordsChanged();
  // Should the two be connected anew at this moment, it is another contact than the one that was compared.
  return mark(user, contactId, { ourIdentifier: contact.ourIdentifier }, sides);
}

/**
 * Takes the mark away again.
 *
 * @throws CONTACT_NOT_FOUND
 */
export async function unverifyContact(user: UserPrincipal, contactId: string): Promise<ContactView> {
  const { id } = await getContact(user, contactId);
  return mark(user, id, {}, Prisma.DbNull);
}

type Mark = NonNullable<Prisma.ContactUpdateManyMutationInput["verifiedAs"]>;

async function mark(user: UserPrincipal, id: string, as: { ourIdentifier?: string }, verifiedAs: Mark) {
  const { siteId, userId } = user;
  return db().$transaction(async (tx) => {
    const where = { siteId, userId, id, removedAt: null, ...as };
    const [contact] = await tx.contact.updateManyAndReturn({ where, data: { verifiedAs } });
    if (!contact) throw noContact();
    const action = contact.verifiedAs === null ? "contact-unverified" : "contact-verified";
    const detail = { provider: contact.provider };
    await recordAudit(tx, siteId, { actor: `user:${userId}`, action, subject: `contact:${id}`, detail });
    await touchTopic(tx, siteId, [userId], "contacts");
    return viewContact(contact);
  });
}

const unsupported = (provider: string): AppError =>
  invalid("CONTACT_WORDS_UNSUPPORTED", `${provider} does not show such words, so there is nothing to compare.`);

const wordsChanged = (): AppError =>
  conflict("CONTACT_WORDS_CHANGED", "The words have changed just now. Compare the new ones before you say yes.");
