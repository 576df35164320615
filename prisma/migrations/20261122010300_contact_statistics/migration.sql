-- How often a piece of text occurs in what autocomplete searches: without it the planner takes every piece for common,
-- and walks the whole address book for a rare one instead of asking "Contact_search".
CREATE STATISTICS "Contact_search_text" ON (lower("displayName" || ' ' || "mail" || ' ' || "provider")) FROM "Contact";
ALTER STATISTICS "Contact_search_text" SET STATISTICS 1000;
