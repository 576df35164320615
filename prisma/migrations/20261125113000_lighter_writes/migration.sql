-- Whose site it is follows from the owner, who must be there: a second look at every write said nothing new.
-- DropForeignKey
ALTER TABLE "FileNode" DROP CONSTRAINT "FileNode_siteId_fkey";

-- DropForeignKey
ALTER TABLE "UploadLease" DROP CONSTRAINT "UploadLease_siteId_fkey";

-- What Prisma's schema cannot say.

-- Files and folders, which are nearly all, need not stand in it.
DROP INDEX "FileNode_siteId_mountId_idx";
CREATE INDEX "FileNode_siteId_mountId_idx" ON "FileNode" ("siteId", "mountId") WHERE "mountId" IS NOT NULL;
