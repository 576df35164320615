-- DropIndex
DROP INDEX "KnownEntry_listing";

-- CreateTable
CREATE TABLE "UsageLane" (
    "siteId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "lane" SMALLINT NOT NULL,
    "bytes" BIGINT NOT NULL,

    CONSTRAINT "UsageLane_pkey" PRIMARY KEY ("siteId","userId","lane")
);

-- AddForeignKey
ALTER TABLE "UsageLane" ADD CONSTRAINT "UsageLane_siteId_userId_fkey" FOREIGN KEY ("siteId", "userId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;
