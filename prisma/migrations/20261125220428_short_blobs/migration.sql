-- AlterTable
ALTER TABLE "Blob" ADD COLUMN     "bytes" BYTEA;
