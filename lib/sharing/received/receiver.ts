import { createHash } from "node:crypto";
import { pool } from "@/lib/core/db";
import { type AppError, forbidden, invalid } from "@/lib/core/errors";
import { limit } from "@/lib/limits/limit";
import type { OcmAddress } from "@/lib/protocol/ocm/address";
import type { Site } from "@/prisma/generated/client";

/** The person to whom a share is offered; with the contact, if the sender is one. */
export type Receiver = {
  id: string;
  displayName: string;
  contactId: string | null;
  contactName: string | null;
  /** What that contact offers is accepted without asking. */
  acceptsShares: boolean | null;
  /** The contact for whom the identifier was made, if it is another one than the sender. */
  viaContactId: string | null;
};

/**
 * Whoever the addressed person has blocked finds nobody, nor does an identifier that was made for one: with his whole
 * cloud, unless he is proved to be the contact.
 */
const NOT_BLOCKED = `NOT EXISTS (
     SELECT FROM "BlockedSender" blocked
      WHERE blocked."siteId" = $1 AND blocked."userId" = person.id
        AND (blocked.provider = $3 AND blocked.identifier = $5
             OR blocked.provider = $3 AND blocked.identifier = '' AND NOT ($6 AND contact.id IS NOT NULL)
             OR blocked.provider = addressed.provider AND blocked.identifier = addressed.identifier))`;

/** By an identifier that was made for a contact, or by one that may be known to anyone. See docs/decisions/0016. */
const RECEIVER = `
  SELECT person.id, person."displayName", contact.id AS "contactId", contact."displayName" AS "contactName",
         contact."acceptsShares", nullif(addressed."contactId", contact.id) AS "viaContactId"
    FROM (SELECT "userId" AS id, id AS "contactId", provider, identifier
            FROM "Contact" WHERE "siteId" = $1 AND "ourIdentifier" = $2 AND "removedAt" IS NULL
          UNION ALL
          SELECT id, NULL, NULL, NULL
            FROM "User" WHERE "siteId" = $1 AND (identifier = $2 OR $4 AND "userName" = lower($2))) addressed
    JOIN "User" person ON person."siteId" = $1 AND person.id = addressed.id AND person."disabledAt" IS NULL
    LEFT JOIN "Contact" contact ON contact."siteId" = $1 AND contact."userId" = person.id
         AND contact.provider = $3 AND contact.identifier = $5 AND contact."removedAt" IS NULL
   WHERE ${NOT_BLOCKED}
   LIMIT 1`;

/** Lets an offer of somebody pass whom the addressed person does not know, and counts it. @throws INVITE_NEEDED (403), TOO_MANY_REQUESTS */
export async function admitStranger(site: Site, sender: OcmAddress): Promise<void> {
  await limitStrangers(site, sender);
  if (!site.takesStrangers) throw inviteNeeded();
}

/**
 * Counts what comes from somebody whom the addressed person does not know, by himself and by his cloud: one alone does
 * not use up what is taken of all there.
 *
 * @throws TOO_MANY_REQUESTS
 */
export async function limitStrangers({ id: siteId }: Site, { provider, identifier }: OcmAddress): Promise<void> {
  const key = `strange-shares:${provider}`;
  // Names cost a cloud nothing, so they share a limited number of counts.
  const [one] = createHash("sha256").update(identifier).digest();
  await limit({ siteId, key: `${key}:${one}`, max: 20, seconds: 3600 });
  await limit({ siteId, key, max: 60, seconds: 3600 });
}

/**
 * Who is addressed. Whatever is amiss, a stranger hears the same.
 *
 * @throws SHARE_WITH_UNKNOWN (400), INVITE_NEEDED (403), TOO_MANY_REQUESTS
 */
export async function findReceiver(
  site: Site,
  sender: OcmAddress & { isVerified: boolean },
  to: OcmAddress,
): Promise<Receiver> {
  const { provider, identifier, isVerified } = sender;
  const values = [site.id, to.identifier, provider, site.answersUserNames, identifier, isVerified];
  const find = () => pool().query<Receiver>({ name: "share-receiver", text: RECEIVER, values });
  const { rows } = to.provider === site.provider ? await find() : { rows: [] };
  if (rows[0]) return rows[0];
  await admitStranger(site, sender); // whoever tries one name after the other
  throw nobodyThere();
}

/** Said of whoever is addressed, there or not. @see OCM, criterion `must-invite` */
const inviteNeeded = (): AppError =>
  forbidden("INVITE_NEEDED", "This cloud takes shares only from people who are contacts of the receiver.");

/** Whoever or whatever was addressed. */
export function nobodyThere(): AppError {
  const message = "Nobody here has that address.";
  return invalid("SHARE_WITH_UNKNOWN", message, { fields: [{ name: "shareWith", message }] });
}

/** Not 409, by which some clouds say that they have this very share. */
export function knownDifferently(): AppError {
  const message = "Another share with this providerId is known here.";
  return invalid("SHARE_KNOWN_DIFFERENTLY", message, { fields: [{ name: "providerId", message }] });
}
