-- The share box shows first those whose names begin with what is typed.
CREATE INDEX "Contact_name" ON "Contact" ("siteId", "userId", lower("displayName") text_pattern_ops)
    WHERE "removedAt" IS NULL;
