-- AlterTable
ALTER TABLE "SentShare" ADD COLUMN "offeredAt" TIMESTAMPTZ(3);
