-- AlterTable
ALTER TABLE "Provider" ADD COLUMN     "mustExchange" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "mustInvite" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "refusedKinds" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "ProviderDay" (
    "siteId" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "answered" INTEGER NOT NULL DEFAULT 0,
    "latencyMs" BIGINT NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "failure" TEXT,

    CONSTRAINT "ProviderDay_pkey" PRIMARY KEY ("siteId","provider","day")
);

-- CreateTable
CREATE TABLE "ProviderKey" (
    "siteId" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "kid" TEXT NOT NULL,
    "alg" TEXT NOT NULL,
    "firstSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ProviderKey_pkey" PRIMARY KEY ("siteId","provider","fingerprint")
);

-- AddForeignKey
ALTER TABLE "ProviderDay" ADD CONSTRAINT "ProviderDay_siteId_provider_fkey" FOREIGN KEY ("siteId", "provider") REFERENCES "Provider"("siteId", "provider") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ProviderKey" ADD CONSTRAINT "ProviderKey_siteId_provider_fkey" FOREIGN KEY ("siteId", "provider") REFERENCES "Provider"("siteId", "provider") ON DELETE CASCADE ON UPDATE CASCADE;
