ALTER TABLE "Delivery" ADD COLUMN "leaseUntil" TIMESTAMPTZ(3);

-- A revoked or expired invite is recognised as well as a used one.
ALTER TABLE "Invite" RENAME COLUMN "usedTokenHash" TO "spentTokenHash";
ALTER INDEX "Invite_usedTokenHash_key" RENAME TO "Invite_spentTokenHash_key";


-- What Prisma's schema cannot say.

-- What the outbox still has to tell; stays small because telling empties it.
CREATE INDEX "Delivery_due" ON "Delivery" ("siteId", "nextAttemptAt")
    WHERE "knownVersion" < "wantedVersion" AND "gaveUpAt" IS NULL;

-- The address book in its order; also finds what too few letters were typed of for trigrams.
CREATE INDEX "Contact_list" ON "Contact" ("siteId", "userId", lower("displayName"), "id") WHERE "removedAt" IS NULL;
