// A share with a group ends and changes in one row; the rows of its members follow by the job `group-changed`.

/** In SQL, joined to a `share` that was received: the share of this site that a member has through a group. */
export const JOIN_GIVEN = `
    LEFT JOIN "SentShare" given ON given."siteId" = share."siteId"
         AND given.id = CASE WHEN share."groupId" IS NOT NULL AND share.provider = '' THEN share."providerId"::uuid END`;

/** Whether a member's open row is of a share that has ended for its group. */
export const ENDED_FOR_GROUP = `(share.state IN ('pending', 'accepted') AND share."groupId" IS NOT NULL AND
    CASE WHEN share.provider = '' THEN given."revokedAt" IS NOT NULL ELSE share."secretEncrypted" IS NULL END)`;
