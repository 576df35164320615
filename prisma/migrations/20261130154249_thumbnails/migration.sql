-- CreateTable
CREATE TABLE "Thumbnail" (
    "siteId" UUID NOT NULL,
    "blobId" UUID NOT NULL,
    "bytes" BYTEA,

    CONSTRAINT "Thumbnail_pkey" PRIMARY KEY ("siteId","blobId")
);

-- AddForeignKey
ALTER TABLE "Thumbnail" ADD CONSTRAINT "Thumbnail_siteId_blobId_fkey" FOREIGN KEY ("siteId", "blobId") REFERENCES "Blob"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;
