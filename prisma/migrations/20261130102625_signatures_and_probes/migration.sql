-- AlterTable
ALTER TABLE "Provider" ADD COLUMN     "signature" TEXT;

-- A key of RSA signs after RFC 9421 too and is published with the algorithm of that; the older draft names its own.
UPDATE "SiteKey" SET alg = 'RS256' WHERE alg = 'RS512';


-- What Prisma's schema cannot say.

-- What finds out whether a cloud answers again: what it should hear, in the order in which that waits.
CREATE INDEX "Delivery_next" ON "Delivery" ("siteId", provider, "nextAttemptAt", id)
    WHERE "knownVersion" < "wantedVersion" AND "gaveUpAt" IS NULL;

-- What has waited for too long at a cloud that is left alone.
CREATE INDEX "Delivery_age" ON "Delivery" ("siteId", provider, coalesce("firstAttemptAt", "nextAttemptAt"))
    WHERE "knownVersion" < "wantedVersion" AND "gaveUpAt" IS NULL;
