-- DropIndex
DROP INDEX "Delivery_siteId_provider_idx";

-- CreateIndex
CREATE INDEX "AuditEntry_siteId_action_id_idx" ON "AuditEntry"("siteId", "action", "id");

-- What Prisma's schema cannot say.

-- What a cloud has not heard yet; all that asks for the deliveries of a cloud asks for these.
CREATE INDEX "Delivery_open" ON "Delivery" ("siteId", provider, id) WHERE "knownVersion" < "wantedVersion";
