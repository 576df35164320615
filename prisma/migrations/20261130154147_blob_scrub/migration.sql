-- CreateEnum
CREATE TYPE "DamageKind" AS ENUM ('missing', 'damaged');

-- CreateTable
CREATE TABLE "BlobDamage" (
    "siteId" UUID NOT NULL,
    "blobId" UUID NOT NULL,
    "kind" "DamageKind" NOT NULL,
    "foundAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "checkedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "BlobDamage_pkey" PRIMARY KEY ("siteId","blobId")
);

-- CreateTable
CREATE TABLE "BlobScrub" (
    "siteId" UUID NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),
    "afterId" UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    "blobs" INTEGER NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "allBlobs" INTEGER NOT NULL,
    "allBytes" BIGINT NOT NULL,
    "failure" TEXT,

    CONSTRAINT "BlobScrub_pkey" PRIMARY KEY ("siteId")
);

-- AddForeignKey
ALTER TABLE "BlobDamage" ADD CONSTRAINT "BlobDamage_siteId_blobId_fkey" FOREIGN KEY ("siteId", "blobId") REFERENCES "Blob"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BlobScrub" ADD CONSTRAINT "BlobScrub_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
