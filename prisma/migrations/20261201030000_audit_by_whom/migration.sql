-- What was shared on, by the cloud of whoever got it: another cloud had it done, and is what the first index finds it by.
CREATE INDEX "AuditEntry_resharedTo" ON "AuditEntry"
  ("siteId", (substring("detail"->>'shareWith' from '@([^@]*)$') COLLATE "C"), "id") WHERE "action" LIKE '%reshare%';
