-- What changed last in a folder, for its details: without it all that is in the folder is sorted.
CREATE INDEX "FileNode_written" ON "FileNode" ("siteId", "parentId", "modifiedAt")
  WHERE "kind" = 'file' AND "trashedAt" IS NULL;
