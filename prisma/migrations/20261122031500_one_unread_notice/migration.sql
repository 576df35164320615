-- Of what happens to a share time and again, a person has one unread notice: the last.
DELETE FROM "Notice" older USING "Notice" newer
 WHERE older."siteId" = newer."siteId" AND older."userId" = newer."userId" AND older.kind = newer.kind
   AND older.about ->> 'shareId' = newer.about ->> 'shareId' AND older.id < newer.id
   AND older."readAt" IS NULL AND newer."readAt" IS NULL;
CREATE UNIQUE INDEX "Notice_unread" ON "Notice" ("siteId", "userId", kind, (about ->> 'shareId'))
    WHERE "readAt" IS NULL;
