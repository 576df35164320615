-- AlterTable
ALTER TABLE "ResumableUpload" ADD COLUMN "maker" UUID;
