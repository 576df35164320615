ALTER TABLE "SentShare" ADD COLUMN "askedAs" TEXT, ADD COLUMN "tokenEncrypted" TEXT;
ALTER TABLE "Reshare" ADD COLUMN "ownersId" TEXT, ADD COLUMN "tokenEncrypted" TEXT;
