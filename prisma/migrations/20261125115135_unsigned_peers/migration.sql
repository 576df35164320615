-- AlterTable
ALTER TABLE "Provider" ADD COLUMN     "acceptsUnsigned" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "dialect" TEXT,
ADD COLUMN     "signedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "ReceivedShare" ADD COLUMN     "isVerified" BOOLEAN NOT NULL DEFAULT true;

-- CreateTable
CREATE TABLE "BlockedSender" (
    "siteId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "identifier" TEXT NOT NULL DEFAULT '',
    "name" TEXT NOT NULL DEFAULT '',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "BlockedSender_pkey" PRIMARY KEY ("siteId","userId","provider","identifier")
);

-- AddForeignKey
ALTER TABLE "BlockedSender" ADD CONSTRAINT "BlockedSender_siteId_userId_fkey" FOREIGN KEY ("siteId", "userId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;
