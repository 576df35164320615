-- AlterTable
ALTER TABLE "FileChange" ADD COLUMN     "formerName" TEXT,
ADD COLUMN     "formerParentId" UUID;

-- CreateTable
CREATE TABLE "FileLock" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "ownerId" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "isDeep" BOOLEAN NOT NULL,
    "isExclusive" BOOLEAN NOT NULL,
    "holder" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "FileLock_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateTable
CREATE TABLE "NodeProperty" (
    "siteId" UUID NOT NULL,
    "nodeId" UUID NOT NULL,
    "path" TEXT NOT NULL DEFAULT '',
    "name" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "NodeProperty_pkey" PRIMARY KEY ("siteId","nodeId","path","name")
);

-- CreateIndex
CREATE INDEX "FileLock_siteId_ownerId_idx" ON "FileLock"("siteId", "ownerId");

-- AddForeignKey
ALTER TABLE "FileLock" ADD CONSTRAINT "FileLock_siteId_ownerId_fkey" FOREIGN KEY ("siteId", "ownerId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "NodeProperty" ADD CONSTRAINT "NodeProperty_siteId_nodeId_fkey" FOREIGN KEY ("siteId", "nodeId") REFERENCES "FileNode"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;
