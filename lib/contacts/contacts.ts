import type { z } from "zod";
import { db, pool } from "@/lib/core/db";
import { notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { logger } from "@/lib/core/logger";
import type { UserPrincipal } from "@/lib/core/principal";
import { enqueue } from "@/lib/jobs/enqueue";
import { touchTopic } from "@/lib/notices/live";
import { allowedInSql } from "@/lib/trust/provider-record";
import type { Contact } from "@/prisma/generated/client";
import type { ContactPage, ContactView } from "./schema";
import { viewContact } from "./view";

export type ContactSearch = { search?: string; after?: string; limit?: number };
type ContactRow = Pick<Contact, "id" | "displayName" | "mail" | "provider" | "createdAt"> & {
  sortKey: string;
  isSuspended: boolean;
};

/** One statement: few matches are found by their letters (Contact_search), many in their order (Contact_list). */
const FIND = `
  SELECT id, "displayName", mail, provider, "createdAt", lower("displayName") AS "sortKey",
         (SELECT NOT (${allowedInSql("site", "peer")}) FROM "Site" site
            LEFT JOIN "Provider" peer ON peer."siteId" = site.id AND peer.provider = contact.provider
           WHERE site.id = $1) AS "isSuspended"
    FROM "Contact" contact
   WHERE "siteId" = $1 AND "userId" = $2 AND "removedAt" IS NULL`;
const MATCHING = ` AND lower("displayName" || ' ' || mail || ' ' || provider) LIKE `;
const ORDER = ` ORDER BY lower("displayName"), id LIMIT `;

/** The address book of a person by name, or those whose name, mail or cloud holds the text. */
export async function listContacts(
  { siteId, userId }: UserPrincipal,
  { search = "", after, limit = 50 }: ContactSearch = {},
): Promise<z.infer<typeof ContactPage>> {
  const values: unknown[] = [siteId, userId];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const pattern = search.trim().replace(/[\\%_]/g, "\\$&");
  const cursor = after ? readCursor(after) : null;
  const sql = [
    FIND,
    pattern ? `${MATCHING}lower(${bind(`%${pattern}%`)})` : "",
    cursor ? ` AND (lower("displayName"), id) > (${bind(cursor[0])}, ${bind(cursor[1])})` : "",
    ORDER + bind(limit + 1),
  ].join("");
  const { rows } = await pool().query<ContactRow>(sql, values);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit).map(viewContact), next: last ? writeCursor(last) : null };
}

/** @throws CONTACT_NOT_FOUND */
export async function getContact({ siteId, userId }: UserPrincipal, contactId: string): Promise<Contact> {
  const where = { siteId, userId, id: contactId, removedAt: null };
  const contact = isId(contactId) ? await db().contact.findFirst({ where }) : null;
  if (!contact) throw noContact();
  return contact;
}

export type ContactWithShares = ContactView & { sentShares: number; receivedShares: number };

/**
 * A contact, with how many shares would end if it were removed.
 *
 * @throws CONTACT_NOT_FOUND
 */
export async function getContactWithShares(user: UserPrincipal, contactId: string): Promise<ContactWithShares> {
  const { siteId, userId } = user;
  const contact = await getContact(user, contactId);
  const isCurrent = [{ expiresAt: null }, { expiresAt: { gt: new Date() } }];
  const [sentShares, receivedShares] = await Promise.all([
    db().sentShare.count({
      where: { siteId, senderId: userId, contactId, revokedAt: null, answer: { not: "declined" }, OR: isCurrent },
    }),
    db().receivedShare.count({
      where: { siteId, receiverId: userId, contactId, state: { in: ["pending", "accepted"] }, OR: isCurrent },
    }),
  ]);
  return { ...viewContact(contact), sentShares, receivedShares };
}

/**
 * Takes a contact out of the address book. The shares with it end, both ways, by a job of the same transaction.
 *
 * @throws CONTACT_NOT_FOUND
 */
export async function removeContact({ siteId, userId }: UserPrincipal, contactId: string): Promise<void> {
  if (!isId(contactId)) throw noContact();
  await db().$transaction(async (tx) => {
    const where = { siteId, userId, id: contactId, removedAt: null };
    const { count } = await tx.contact.updateMany({ where, data: { removedAt: new Date() } });
    if (count === 0) throw noContact();
    await enqueue(tx, "contact-removed", { siteId, contactId }, { key: `contact-removed:${contactId}` });
    await touchTopic(tx, siteId, [userId], "contacts");
  });
  logger("contacts").info({ siteId, userId, contactId }, "contact removed");
}

/** Of whom another cloud speaks when it names an identifier that was made for one contact. */
export async function findContactByOurIdentifier(siteId: string, ourIdentifier: string): Promise<Contact | null> {
  return db().contact.findFirst({ where: { siteId, ourIdentifier, removedAt: null, user: { disabledAt: null } } });
}

const noContact = () => notFound("CONTACT_NOT_FOUND", "There is no such contact.");

const writeCursor = ({ sortKey, id }: ContactRow) => Buffer.from(JSON.stringify([sortKey, id])).toString("base64url");

/** A cursor that is not ours starts at the beginning. */
function readCursor(text: string): [string, string] | null {
  try {
    const [sortKey, id] = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    return typeof sortKey === "string" && typeof id === "string" && isId(id) ? [sortKey, id] : null;
  } catch {
    return null;
  }
}
