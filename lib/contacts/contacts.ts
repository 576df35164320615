import type { z } from "zod";
import { db, pool } from "@/lib/core/db";
import { lastsBeyond } from "@/lib/core/expiry";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { allowedInSql } from "@/lib/trust/provider-record";
import type { Contact } from "@/prisma/generated/client";
import { noContact } from "./remove-contact";
import type { ContactPage, ContactWithShares } from "./schema";
import { viewContact } from "./view";

export type ContactSearch = { search?: string; after?: string; limit?: number };
type ContactRow = Pick<
  Contact,
  "id" | "displayName" | "mail" | "provider" | "acceptsShares" | "createdAt" | "verifiedAs"
> & {
  sortKey: string;
  isSuspended: boolean;
};

/** One statement: few matches are found by their letters (Contact_search), many in their order (Contact_list). */
const FIND = `
  SELECT id, "displayName", mail, provider, "acceptsShares", "createdAt", "verifiedAs", lower("displayName") AS "sortKey",
         (SELECT NOT (${allowedInSql("site", "peer", "contact.provider")}) FROM "Site" site
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

/** So many names of what would end are told. */
const FIRST_NAMES = 3;

/**
 * A contact, with what would end if it were removed: how many shares each way, and the names of the newest.
 *
 * @throws CONTACT_NOT_FOUND
 */
export async function getContactWithShares(user: UserPrincipal, contactId: string): Promise<ContactWithShares> {
  const { siteId, userId } = user;
  const contact = await getContact(user, contactId);
  const isCurrent = lastsBeyond();
  const sent = {
    siteId,
    senderId: userId,
    contactId,
    revokedAt: null,
    answer: { not: "declined" as const },
    ...isCurrent,
  };
  const isOpen = { in: ["pending" as const, "accepted" as const] };
  const received = { siteId, receiverId: userId, contactId, state: isOpen, ...isCurrent };
  const newest = { orderBy: { id: "desc" as const }, take: FIRST_NAMES };
  const [sentShares, receivedShares, sentNames, receivedNames] = await Promise.all([
    db().sentShare.count({ where: sent }),
    db().receivedShare.count({ where: received }),
    db().sentShare.findMany({ where: sent, ...newest, select: { node: { select: { name: true } } } }),
    db().receivedShare.findMany({ where: received, ...newest, select: { name: true } }),
  ]);
  return {
    ...viewContact(contact),
    sent: { count: sentShares, names: sentNames.flatMap(({ node }) => node?.name ?? []) },
    received: { count: receivedShares, names: receivedNames.map(({ name }) => name) },
  };
}

/** Of whom another cloud speaks when it names an identifier that was made for one contact. */
export async function findContactByOurIdentifier(siteId: string, ourIdentifier: string): Promise<Contact | null> {
  return db().contact.findFirst({ where: { siteId, ourIdentifier, removedAt: null, user: { disabledAt: null } } });
}

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
