-- CreateTable
CREATE TABLE "OfflineCopy" (
    "siteId" UUID NOT NULL,
    "nodeId" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "ownerId" UUID NOT NULL,
    "blobId" UUID NOT NULL,
    "entryId" TEXT NOT NULL,
    "etag" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "modifiedAt" TIMESTAMPTZ(3) NOT NULL,
    "keptAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "baseEtag" TEXT,

    CONSTRAINT "OfflineCopy_pkey" PRIMARY KEY ("siteId","nodeId","path")
);

-- CreateTable
CREATE TABLE "OfflinePin" (
    "siteId" UUID NOT NULL,
    "nodeId" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "etag" TEXT NOT NULL DEFAULT '',
    "wholeAt" TIMESTAMPTZ(3),
    "lookedAt" TIMESTAMPTZ(3),
    "failure" TEXT,

    CONSTRAINT "OfflinePin_pkey" PRIMARY KEY ("siteId","nodeId","path")
);

-- CreateIndex
CREATE INDEX "OfflineCopy_siteId_ownerId_idx" ON "OfflineCopy"("siteId", "ownerId");

-- CreateIndex
CREATE INDEX "OfflineCopy_siteId_blobId_idx" ON "OfflineCopy"("siteId", "blobId");

-- AddForeignKey
ALTER TABLE "OfflineCopy" ADD CONSTRAINT "OfflineCopy_siteId_ownerId_fkey" FOREIGN KEY ("siteId", "ownerId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OfflineCopy" ADD CONSTRAINT "OfflineCopy_siteId_nodeId_fkey" FOREIGN KEY ("siteId", "nodeId") REFERENCES "FileNode"("siteId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "OfflineCopy" ADD CONSTRAINT "OfflineCopy_siteId_blobId_fkey" FOREIGN KEY ("siteId", "blobId") REFERENCES "Blob"("siteId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "OfflinePin" ADD CONSTRAINT "OfflinePin_siteId_nodeId_fkey" FOREIGN KEY ("siteId", "nodeId") REFERENCES "FileNode"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;
