-- When most nodes stand in one folder, a sample says that any folder holds most nodes: the children of each were then
-- looked for by a scan of the table, in copies and counts of whole trees. Said here: on average a folder holds twenty.
-- It counts from the next analyse on, which PostgreSQL does by itself.
ALTER TABLE "FileNode" ALTER COLUMN "parentId" SET (n_distinct = -0.05);
