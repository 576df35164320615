-- AlterTable
ALTER TABLE "UploadLease" ADD COLUMN "reserved" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "FolderVersion" ADD COLUMN "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;


-- What Prisma's schema cannot say.

-- The order of names for people: "img2" before "img10", "a" beside "A"; what it takes for equal is told apart by bytes.
CREATE COLLATION "names" (provider = icu, locale = 'und-u-kn-true-ks-level2');

-- A page of a folder: folders and mounts first, then files, each by name.
CREATE INDEX "FileNode_listing" ON "FileNode" ("siteId", "parentId", (kind = 'file'), "name" COLLATE "names")
    WHERE "trashedAt" IS NULL;

-- What the folding job has yet to count.
CREATE INDEX "FileChange_to_fold" ON "FileChange" ("id") WHERE NOT "isFolded";
