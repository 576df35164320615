-- DropIndex
DROP INDEX "FileNode_siteId_parentId_idx";

-- CreateIndex
CREATE INDEX "FileNode_siteId_parentId_name_idx" ON "FileNode"("siteId", "parentId", "name");

-- What Prisma's schema cannot say.

-- By site first, like the primary key: whichever of the two is taken while there are no statistics yet, it is this one.
DROP INDEX "FileChange_to_fold";
CREATE INDEX "FileChange_to_fold" ON "FileChange" ("siteId", "id") WHERE NOT "isFolded";
