-- The list of files shows it without asking the other cloud.
ALTER TABLE "ReceivedShare" ADD COLUMN "size" BIGINT;
