ALTER TABLE "Provider" ADD COLUMN "lastSignature" TEXT;
