/** What of a `share` its other cloud has not heard yet, as the column `untold` of the form `Untold`. */
export const UNTOLD = `CASE WHEN delivery.id IS NOT NULL THEN
    json_build_object('hasGivenUp', delivery."gaveUpAt" IS NOT NULL, 'failure', delivery.failure) END AS untold`;

/** What that column, and a condition on it, needs after the table `share`. */
export const joinUntold = (subjectKind: "sent-share" | "received-share") => `
    LEFT JOIN "Delivery" delivery ON delivery."siteId" = share."siteId" AND delivery."subjectKind" = '${subjectKind}'
         AND delivery."subjectId" = share.id AND delivery."knownVersion" < delivery."wantedVersion"`;
