-- AlterTable
ALTER TABLE "SentShare" ADD COLUMN     "isReplaced" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "keptRole" "ShareRole",
ADD COLUMN     "offeredAs" UUID;

-- CreateIndex
CREATE UNIQUE INDEX "SentShare_offeredAs_key" ON "SentShare"("offeredAs");
