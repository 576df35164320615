-- AlterTable
ALTER TABLE "ReceivedShare" ADD COLUMN     "canReshare" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "SentShare" ADD COLUMN     "canReshare" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "reshareOfId" UUID;

-- CreateTable
CREATE TABLE "Reshare" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "receivedShareId" UUID NOT NULL,
    "shareWith" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" "ShareRole" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),
    "askedAt" TIMESTAMPTZ(3),
    "toldRole" "ShareRole",

    CONSTRAINT "Reshare_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateIndex
CREATE INDEX "Reshare_siteId_receivedShareId_idx" ON "Reshare"("siteId", "receivedShareId");

-- CreateIndex
CREATE INDEX "SentShare_siteId_reshareOfId_idx" ON "SentShare"("siteId", "reshareOfId");

-- AddForeignKey
ALTER TABLE "SentShare" ADD CONSTRAINT "SentShare_siteId_reshareOfId_fkey" FOREIGN KEY ("siteId", "reshareOfId") REFERENCES "SentShare"("siteId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Reshare" ADD CONSTRAINT "Reshare_siteId_receivedShareId_fkey" FOREIGN KEY ("siteId", "receivedShareId") REFERENCES "ReceivedShare"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Somebody has a received share once through the same person.
CREATE UNIQUE INDEX "Reshare_live" ON "Reshare" ("siteId", "receivedShareId", "shareWith") WHERE "endedAt" IS NULL;
