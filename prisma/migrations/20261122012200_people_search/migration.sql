-- The share box completes over the people of the same site as over contacts: by any part of what they are called.
CREATE INDEX "User_search" ON "User"
    USING gin (lower("displayName" || ' ' || "userName" || ' ' || coalesce("mail", '')) gin_trgm_ops)
    WHERE "disabledAt" IS NULL;

-- See "Contact_search_text".
CREATE STATISTICS "User_search_text" ON (lower("displayName" || ' ' || "userName" || ' ' || coalesce("mail", '')))
    FROM "User";
ALTER STATISTICS "User_search_text" SET STATISTICS 1000;
