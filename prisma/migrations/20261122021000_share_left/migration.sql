-- Who shared it is told whether it was refused or given back.
ALTER TABLE "SentShare" ADD COLUMN "isLeft" BOOLEAN NOT NULL DEFAULT false;
