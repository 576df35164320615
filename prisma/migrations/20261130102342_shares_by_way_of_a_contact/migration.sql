-- CreateEnum
CREATE TYPE "ReshareAnswer" AS ENUM ('pending', 'accepted', 'declined', 'unreached');

-- AlterTable
ALTER TABLE "ReceivedShare" ADD COLUMN     "viaContactId" UUID;

-- AlterTable
ALTER TABLE "Reshare" ADD COLUMN     "answer" "ReshareAnswer" NOT NULL DEFAULT 'pending',
ADD COLUMN     "contactId" UUID;

-- AlterTable
ALTER TABLE "SentShare" ADD COLUMN     "resharedTo" TEXT;

-- AlterTable
ALTER TABLE "ShareRequest" ADD COLUMN     "colleagueId" UUID,
ALTER COLUMN "contactId" DROP NOT NULL;

-- CreateIndex
CREATE INDEX "Reshare_siteId_contactId_idx" ON "Reshare"("siteId", "contactId");

-- AddForeignKey
ALTER TABLE "ReceivedShare" ADD CONSTRAINT "ReceivedShare_siteId_viaContactId_fkey" FOREIGN KEY ("siteId", "viaContactId") REFERENCES "Contact"("siteId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "ShareRequest" ADD CONSTRAINT "ShareRequest_siteId_colleagueId_fkey" FOREIGN KEY ("siteId", "colleagueId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Reshare" ADD CONSTRAINT "Reshare_siteId_contactId_fkey" FOREIGN KEY ("siteId", "contactId") REFERENCES "Contact"("siteId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- What ends with a contact, or is looked at when one goes.
CREATE INDEX "ReceivedShare_via" ON "ReceivedShare" ("siteId", "viaContactId") WHERE "viaContactId" IS NOT NULL;

-- Until now people of the owner's cloud too were found by their address there alone.
UPDATE "SentShare" SET "resharedTo" = "shareWith" WHERE "reshareOfId" IS NOT NULL;

-- Nor is anybody of the same site asked for the same thing twice.
CREATE UNIQUE INDEX "ShareRequest_open_here" ON "ShareRequest" ("siteId", "userId", "colleagueId", share)
    WHERE "answeredAt" IS NULL AND "colleagueId" IS NOT NULL;

-- All that a person has, by which the names in a request are looked for.
CREATE INDEX "FileNode_own" ON "FileNode" ("siteId", "ownerId") WHERE "trashedAt" IS NULL;
