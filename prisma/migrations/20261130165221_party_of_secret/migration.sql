-- Whose secret an unsigned notification names, by the id that it says.
CREATE INDEX "ReceivedShare_live_providerId" ON "ReceivedShare" ("siteId", "providerId") WHERE "secretEncrypted" IS NOT NULL;
