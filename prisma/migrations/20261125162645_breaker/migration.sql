-- CreateTable
CREATE TABLE "Breaker" (
    "siteId" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 1,
    "failure" TEXT NOT NULL,
    "openUntil" TIMESTAMPTZ(3),
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Breaker_pkey" PRIMARY KEY ("siteId","provider")
);

-- AddForeignKey
ALTER TABLE "Breaker" ADD CONSTRAINT "Breaker_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
