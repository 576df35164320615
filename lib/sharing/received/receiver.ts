import { pool } from "@/lib/core/db";
import { invalid } from "@/lib/core/errors";
import { limit } from "@/lib/limits/limit";
import type { OcmAddress } from "@/lib/protocol/ocm/address";
import type { Site } from "@/prisma/generated/client";

/** The person to whom a share is offered; with the contact, if it is for one. */
export type Receiver = {
  id: string;
  displayName: string;
  contactId: string | null;
  contactName: string | null;
  contactIdentifier: string | null;
};

/** Whoever the addressed person has blocked finds nobody; with his whole cloud, unless he is proved to be the contact. */
const NOT_BLOCKED = `NOT EXISTS (
     SELECT FROM "BlockedSender" blocked
      WHERE blocked."siteId" = person."siteId" AND blocked."userId" = person.id AND blocked.provider = $3
        AND (blocked.identifier = $5
             OR blocked.identifier = '' AND NOT ($6 AND contact.identifier IS NOT DISTINCT FROM $5)))`;

/** A contact's identifier opens only to that contact's cloud; the other ones may be known to anyone. */
const RECEIVER = `
  SELECT person.id, person."displayName",
         contact.id AS "contactId", contact."displayName" AS "contactName", contact.identifier AS "contactIdentifier"
    FROM "Contact" contact
    JOIN "User" person ON person."siteId" = contact."siteId" AND person.id = contact."userId"
   WHERE contact."siteId" = $1 AND contact."ourIdentifier" = $2 AND contact.provider = $3
     AND contact."removedAt" IS NULL AND person."disabledAt" IS NULL AND ${NOT_BLOCKED}
   UNION ALL
  SELECT person.id, person."displayName", contact.id, contact."displayName", contact.identifier
    FROM "User" person
    LEFT JOIN "Contact" contact ON contact."siteId" = person."siteId" AND contact."userId" = person.id
         AND contact.provider = $3 AND contact.identifier = $5 AND contact."removedAt" IS NULL
   WHERE person."siteId" = $1 AND (person.identifier = $2 OR $4 AND person."userName" = lower($2))
     AND person."disabledAt" IS NULL AND ${NOT_BLOCKED}
   LIMIT 1`;

/** Counts what a cloud sends in the name of people whom the addressed one does not know. @throws TOO_MANY_REQUESTS */
export const limitStrangers = (site: Site, provider: string) =>
  limit({ key: `strange-shares:${site.id}:${provider}`, max: 60, seconds: 3600 });

/**
 * Who is addressed. Whatever is amiss, a stranger hears the same.
 *
 * @throws SHARE_WITH_UNKNOWN (400), TOO_MANY_REQUESTS
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
  await limitStrangers(site, provider); // whoever tries one name after the other
  const message = "Nobody here has that address.";
  throw invalid("SHARE_WITH_UNKNOWN", message, { fields: [{ name: "shareWith", message }] });
}
