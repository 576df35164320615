-- AlterTable
ALTER TABLE "ReceivedShare" ADD COLUMN     "isInvitation" BOOLEAN NOT NULL DEFAULT false;
