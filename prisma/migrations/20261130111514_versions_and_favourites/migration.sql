-- AlterTable
ALTER TABLE "FileNode" ADD COLUMN     "starredAt" TIMESTAMPTZ(3),
ADD COLUMN     "writtenBy" TEXT;

-- CreateTable
CREATE TABLE "FileVersion" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "nodeId" UUID NOT NULL,
    "ownerId" UUID NOT NULL,
    "blobId" UUID NOT NULL,
    "size" BIGINT NOT NULL,
    "writtenAt" TIMESTAMPTZ(3) NOT NULL,
    "writtenBy" TEXT,
    "replacedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "name" TEXT,

    CONSTRAINT "FileVersion_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateIndex
CREATE INDEX "FileVersion_siteId_nodeId_replacedAt_idx" ON "FileVersion"("siteId", "nodeId", "replacedAt");

-- CreateIndex
CREATE INDEX "FileVersion_siteId_ownerId_replacedAt_idx" ON "FileVersion"("siteId", "ownerId", "replacedAt");

-- CreateIndex
CREATE INDEX "FileVersion_siteId_blobId_idx" ON "FileVersion"("siteId", "blobId");

-- AddForeignKey
ALTER TABLE "FileVersion" ADD CONSTRAINT "FileVersion_siteId_nodeId_fkey" FOREIGN KEY ("siteId", "nodeId") REFERENCES "FileNode"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FileVersion" ADD CONSTRAINT "FileVersion_siteId_ownerId_fkey" FOREIGN KEY ("siteId", "ownerId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "FileVersion" ADD CONSTRAINT "FileVersion_siteId_blobId_fkey" FOREIGN KEY ("siteId", "blobId") REFERENCES "Blob"("siteId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- What Prisma's schema cannot say.

-- What a person made a favourite, and what was written last.
CREATE INDEX "FileNode_favourites" ON "FileNode" ("siteId", "ownerId", "starredAt") WHERE "starredAt" IS NOT NULL;
CREATE INDEX "FileNode_recent" ON "FileNode" ("siteId", "ownerId", "modifiedAt")
  WHERE "kind" <> 'folder' AND "trashedAt" IS NULL;
