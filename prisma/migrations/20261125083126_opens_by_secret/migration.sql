-- AlterTable
ALTER TABLE "SentShare" ADD COLUMN     "opensBySecret" BOOLEAN NOT NULL DEFAULT false;
