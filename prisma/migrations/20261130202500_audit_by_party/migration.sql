-- What another cloud did, by its name, and what was done here, by whom or what it was done to: one index finds both.
CREATE INDEX "AuditEntry_party" ON "AuditEntry" ("siteId", (CASE WHEN "actor" LIKE 'provider:%' THEN "actor" ELSE "subject" END COLLATE "C"), "id");
