-- AlterTable
ALTER TABLE "Site" ADD COLUMN     "keyLifetimeDays" INTEGER NOT NULL DEFAULT 365;

-- AlterTable
ALTER TABLE "SiteKey" ADD COLUMN     "usedFrom" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ALTER COLUMN "privateKeyEncrypted" DROP NOT NULL;

-- The keys so far have signed since they were made.
UPDATE "SiteKey" SET "usedFrom" = "createdAt";
