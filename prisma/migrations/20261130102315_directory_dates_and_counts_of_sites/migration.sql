-- AlterTable
ALTER TABLE "Directory" ADD COLUMN     "expiresAt" TIMESTAMPTZ(3),
ADD COLUMN     "issuedAt" TIMESTAMPTZ(3);

-- Counts live for minutes: those that do not say of which site they are go.
TRUNCATE "RateCount";
ALTER TABLE "RateCount" DROP CONSTRAINT "RateCount_pkey",
ADD COLUMN     "siteId" UUID NOT NULL,
ADD CONSTRAINT "RateCount_pkey" PRIMARY KEY ("siteId", "key");

-- AlterTable
ALTER TABLE "AcceptedInvite" ADD COLUMN     "connection" TEXT,
ADD COLUMN     "endedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Contact" ADD COLUMN     "connection" TEXT;

-- The end of what an invite began is looked up by how the other cloud calls it.
CREATE INDEX "AcceptedInvite_siteId_provider_ourIdentifier_idx" ON "AcceptedInvite"("siteId", "provider", "ourIdentifier");
