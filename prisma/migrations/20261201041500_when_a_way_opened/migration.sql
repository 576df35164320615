-- AlterTable
ALTER TABLE "ReceivedShare" ADD COLUMN     "wayInAt" TIMESTAMPTZ(3);
