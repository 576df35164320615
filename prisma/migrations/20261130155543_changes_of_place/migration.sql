-- Where something was before, for who asks about that one thing. Writes of content are none of these rows.
CREATE INDEX "FileChange_places" ON "FileChange" ("siteId", "nodeId", "id") WHERE "formerParentId" IS NOT NULL;
