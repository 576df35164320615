import { recordAudit } from "@/lib/audit/record";
import { getContact } from "@/lib/contacts/contacts";
import { noContact } from "@/lib/contacts/remove-contact";
import type { ContactView, UpdateContactInput } from "@/lib/contacts/schema";
import { viewContact } from "@/lib/contacts/view";
import { db } from "@/lib/core/db";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { touchTopic } from "@/lib/notices/live";

/**
 * Decides whether what a contact offers is accepted without asking. What waits already goes on waiting.
 *
 * @throws CONTACT_NOT_FOUND
 */
export async function updateContact(
  user: UserPrincipal,
  contactId: string,
  { acceptsShares }: UpdateContactInput,
): Promise<ContactView> {
  const { siteId, userId } = user;
  if (!isId(contactId)) throw noContact();
  await db().$transaction(async (tx) => {
    const where = { siteId, userId, id: contactId, removedAt: null };
    const { count } = await tx.contact.updateMany({ where, data: { acceptsShares } });
    if (count === 0) throw noContact();
    const fact = { actor: `user:${userId}`, action: "contact-changed", subject: `contact:${contactId}` };
    await recordAudit(tx, siteId, { ...fact, detail: { acceptsShares } });
    await touchTopic(tx, siteId, [userId], "contacts");
  });
  return viewContact(await getContact(user, contactId));
}
