-- When another cloud last signed something that held, and how.
ALTER TABLE "Provider" ADD COLUMN "heardAt" TIMESTAMPTZ(3), ADD COLUMN "heardKeyid" TEXT, ADD COLUMN "heardAlgorithm" TEXT;
