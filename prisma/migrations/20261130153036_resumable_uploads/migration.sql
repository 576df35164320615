-- CreateTable
CREATE TABLE "ResumableUpload" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "ownerId" UUID NOT NULL,
    "length" BIGINT NOT NULL,
    "offset" BIGINT NOT NULL DEFAULT 0,
    "reserved" BIGINT NOT NULL DEFAULT 0,
    "metadata" TEXT NOT NULL DEFAULT '',
    "concat" TEXT,
    "turn" UUID,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "location" TEXT,

    CONSTRAINT "ResumableUpload_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateIndex
CREATE INDEX "ResumableUpload_siteId_ownerId_idx" ON "ResumableUpload"("siteId", "ownerId");

-- AddForeignKey
ALTER TABLE "ResumableUpload" ADD CONSTRAINT "ResumableUpload_siteId_ownerId_fkey" FOREIGN KEY ("siteId", "ownerId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;
