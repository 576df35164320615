import { failureInSql } from "@/lib/delivery/breaker";
import { allowedInSql } from "@/lib/trust/provider-record";

// What stands of a share because of its other cloud, in SQL of a table `share`.

/** The tables that `SUSPENDED` is read from, joined to `share`. */
export const JOIN_RULE = `
    JOIN "Site" site ON site.id = share."siteId"
    LEFT JOIN "Provider" peer ON peer."siteId" = share."siteId" AND peer.provider = share.provider`;

/** The site's rule shuts the cloud of that share out just now. */
export const isSuspended = (share: string, peer: string) =>
  `(coalesce(${share}.provider, '') <> '' AND NOT (${allowedInSql("site", peer, `${share}.provider`)}))`;

/** The same of `share`. */
export const SUSPENDED = isSuspended("share", "peer");

/** Words were compared with the contact of the share, and still hold (lib/contacts/verify-contact.ts). */
export const CONTACT_VERIFIED = `EXISTS (
    SELECT FROM "Contact" known WHERE known."siteId" = share."siteId" AND known.id = share."contactId"
       AND known."verifiedAs" IS NOT NULL) AS "isContactVerified"`;

/** The tables that all of this is read from, joined to `share`. */
export const joinOtherCloud = (subjectKind: "sent-share" | "received-share") => `${JOIN_RULE}
    LEFT JOIN "Delivery" delivery ON delivery."siteId" = share."siteId" AND delivery."subjectKind" = '${subjectKind}'
         AND delivery."subjectId" = share.id AND delivery."knownVersion" < delivery."wantedVersion"
    LEFT JOIN "Breaker" breaker ON breaker."siteId" = delivery."siteId" AND breaker.provider = delivery.provider`;

const FAILURE = failureInSql("delivery", "breaker");

/** The columns `isSuspended`, and `untold` of that form. */
export const OTHER_CLOUD = `${SUSPENDED} AS "isSuspended",
         CASE WHEN delivery.id IS NOT NULL THEN
           json_build_object('hasGivenUp', delivery."gaveUpAt" IS NOT NULL, 'failure', ${FAILURE}) END AS untold`;

/** That cloud could not be told the last. While the site does not deal with it nobody can do anything about that. */
export const COULD_NOT_BE_TOLD = `(${FAILURE} IS NOT NULL AND NOT ${SUSPENDED})`;
