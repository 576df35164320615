import { allowedInSql } from "@/lib/trust/provider-record";

// What stands of a share because of its other cloud, in SQL of a table `share`.

/** The tables that `SUSPENDED` is read from, joined to `share`. */
export const JOIN_RULE = `
    JOIN "Site" site ON site.id = share."siteId"
    LEFT JOIN "Provider" peer ON peer."siteId" = share."siteId" AND peer.provider = share.provider`;

/** The site's rule shuts that cloud out just now. */
export const SUSPENDED = `(share.provider <> '' AND NOT (${allowedInSql("site", "peer")}))`;

/** The tables that all of this is read from, joined to `share`. */
export const joinOtherCloud = (subjectKind: "sent-share" | "received-share") => `${JOIN_RULE}
    LEFT JOIN "Delivery" delivery ON delivery."siteId" = share."siteId" AND delivery."subjectKind" = '${subjectKind}'
         AND delivery."subjectId" = share.id AND delivery."knownVersion" < delivery."wantedVersion"`;

/** The columns `isSuspended`, and `untold` of that form. */
export const OTHER_CLOUD = `${SUSPENDED} AS "isSuspended",
         CASE WHEN delivery.id IS NOT NULL THEN
           json_build_object('hasGivenUp', delivery."gaveUpAt" IS NOT NULL, 'failure', delivery.failure) END AS untold`;

/** That cloud could not be told the last. While the site does not deal with it nobody can do anything about that. */
export const COULD_NOT_BE_TOLD = `(delivery.failure IS NOT NULL AND NOT ${SUSPENDED})`;
