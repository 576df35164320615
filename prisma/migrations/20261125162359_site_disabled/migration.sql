-- AlterTable
ALTER TABLE "Site" ADD COLUMN     "disabledAt" TIMESTAMPTZ(3);
