-- AlterTable
ALTER TABLE "User" ADD COLUMN "mailIsVouched" BOOLEAN NOT NULL DEFAULT false;
