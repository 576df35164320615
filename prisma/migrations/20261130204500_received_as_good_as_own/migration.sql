-- AlterTable
ALTER TABLE "Thumbnail" ADD COLUMN     "failedAt" TIMESTAMPTZ(3),
ADD COLUMN     "failures" SMALLINT NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "OfflineFolder" (
    "siteId" UUID NOT NULL,
    "nodeId" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "madeAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "OfflineFolder_pkey" PRIMARY KEY ("siteId","nodeId","path")
);

-- CreateTable
CREATE TABLE "ReceivedThumbnail" (
    "siteId" UUID NOT NULL,
    "nodeId" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "etag" TEXT NOT NULL,
    "bytes" BYTEA,
    "usedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ReceivedThumbnail_pkey" PRIMARY KEY ("siteId","nodeId","path")
);

-- AddForeignKey
ALTER TABLE "OfflineFolder" ADD CONSTRAINT "OfflineFolder_siteId_nodeId_fkey" FOREIGN KEY ("siteId", "nodeId") REFERENCES "FileNode"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReceivedThumbnail" ADD CONSTRAINT "ReceivedThumbnail_siteId_nodeId_fkey" FOREIGN KEY ("siteId", "nodeId") REFERENCES "FileNode"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;
