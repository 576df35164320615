-- What Prisma's schema cannot say.

-- Every path begins at a root: without an index of its own, all that a person has is looked through for it as long as
-- PostgreSQL has no statistics of a table that grew quickly.
CREATE UNIQUE INDEX "FileNode_root" ON "FileNode" ("siteId", "ownerId")
  WHERE "parentId" IS NULL AND "name" = '' AND "trashedAt" IS NULL;

-- What changed last is found by "FileNode_own".
DROP INDEX "FileNode_recent";
