-- AlterTable
ALTER TABLE "ReceivedShare" ADD COLUMN     "etag" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "modifiedAt" TIMESTAMPTZ(3);
