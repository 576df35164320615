import { type AuditFact, recordAudit } from "@/lib/audit/record";
import type { Tx } from "@/lib/core/db";
import { enqueue } from "@/lib/jobs/enqueue";
import { touchTopic } from "@/lib/notices/live";
import type { Contact } from "@/prisma/generated/client";

export type NewContact = {
  siteId: string;
  userId: string;
  provider: string;
  /** Exactly what the other cloud sent. */
  identifier: string;
  ourIdentifier: string;
  name: string;
  mail: string;
  /** Of the invite by which they come together, if it is one. */
  connection: string | null;
};

/** Who puts the person there, and by what. */
export type AddedBy = Pick<AuditFact, "actor" | "detail">;

/**
 * Puts a person of another cloud into an address book, again if he had been removed. A contact who is there already
 * stays the same row and is known under the newest identifiers.
 */
export async function saveContact(tx: Tx, contact: NewContact, by: AddedBy): Promise<Contact> {
  const { siteId, userId, provider, identifier, ourIdentifier, name, mail, connection } = contact;
  // A name may come out empty when it held nothing that can be shown; the identifier is never shown.
  const known = { displayName: name || mail || `Somebody at ${provider}`, mail, ourIdentifier, connection };
  const back = { ...known, removedAt: null, endedByThem: false };
  const where = { siteId_userId_provider_identifier: { siteId, userId, provider, identifier } };
  const before = await tx.contact.findUnique({ where, select: { removedAt: true } });
  const saved = await tx.contact.upsert({
    where,
    create: { siteId, userId, provider, identifier, ...known },
    update: back,
  });
  const action = before?.removedAt === null ? "contact-renewed" : "contact-added";
  await recordAudit(tx, siteId, {
    actor: by.actor,
    action,
    subject: `contact:${saved.id}`,
    detail: { provider, ...by.detail },
  });
  // Known under another identifier, it is not the one that was compared.
  if (saved.verifiedAs) await enqueue(tx, "check-verified", { siteId, provider });
  await touchTopic(tx, siteId, [userId], "contacts");
  return saved;
}
