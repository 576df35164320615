-- Whether a cloud was silent or refused, and since when it says that what is kept of it is not there.
ALTER TABLE "ReceivedShare" ADD COLUMN "isAway" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "OfflinePin" ADD COLUMN "goneSince" TIMESTAMPTZ(3);
-- What waits to be sent, by whoever lists a received folder.
CREATE INDEX "OfflineCopy_waiting" ON "OfflineCopy" ("siteId", "nodeId") WHERE "baseEtag" IS NOT NULL;
