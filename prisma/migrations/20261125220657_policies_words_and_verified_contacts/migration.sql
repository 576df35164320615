-- CreateEnum
CREATE TYPE "OutsideRule" AS ENUM ('everyone', 'members', 'nobody');

-- AlterTable
ALTER TABLE "Contact" ADD COLUMN     "verifiedAs" JSONB;

-- AlterTable
ALTER TABLE "Group" ADD COLUMN     "mayInvite" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "mayShare" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Invite" ADD COLUMN     "wordsEncrypted" TEXT,
ADD COLUMN     "wordsHash" TEXT,
ADD COLUMN     "wordsTakenBy" TEXT,
ADD COLUMN     "wordsUntil" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Site" ADD COLUMN     "allowsAddresses" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "longestShareDays" INTEGER,
ADD COLUMN     "mostInvites" INTEGER,
ADD COLUMN     "takesStrangers" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "whoInvites" "OutsideRule" NOT NULL DEFAULT 'everyone',
ADD COLUMN     "whoShares" "OutsideRule" NOT NULL DEFAULT 'everyone';

-- CreateIndex
CREATE UNIQUE INDEX "Invite_wordsHash_key" ON "Invite"("wordsHash");
