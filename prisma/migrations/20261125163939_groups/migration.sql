-- AlterEnum
ALTER TYPE "ReceivedState" ADD VALUE 'absent';

-- DropIndex
DROP INDEX "ReceivedShare_siteId_provider_providerId_key";

-- AlterTable
ALTER TABLE "ReceivedShare" ADD COLUMN     "groupId" UUID;

-- AlterTable
ALTER TABLE "SentShare" ADD COLUMN     "groupId" UUID,
ADD COLUMN     "isToGroup" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "Group" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Group_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateTable
CREATE TABLE "GroupMember" (
    "siteId" UUID NOT NULL,
    "groupId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "addedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "GroupMember_pkey" PRIMARY KEY ("siteId","groupId","userId")
);

-- CreateIndex
CREATE UNIQUE INDEX "Group_siteId_handle_key" ON "Group"("siteId", "handle");

-- CreateIndex
CREATE INDEX "GroupMember_siteId_userId_idx" ON "GroupMember"("siteId", "userId");

-- CreateIndex
CREATE INDEX "ReceivedShare_siteId_groupId_idx" ON "ReceivedShare"("siteId", "groupId");

-- CreateIndex
CREATE INDEX "SentShare_siteId_groupId_idx" ON "SentShare"("siteId", "groupId");

-- AddForeignKey
ALTER TABLE "Group" ADD CONSTRAINT "Group_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GroupMember" ADD CONSTRAINT "GroupMember_siteId_groupId_fkey" FOREIGN KEY ("siteId", "groupId") REFERENCES "Group"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GroupMember" ADD CONSTRAINT "GroupMember_siteId_userId_fkey" FOREIGN KEY ("siteId", "userId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "SentShare" ADD CONSTRAINT "SentShare_siteId_groupId_fkey" FOREIGN KEY ("siteId", "groupId") REFERENCES "Group"("siteId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "ReceivedShare" ADD CONSTRAINT "ReceivedShare_siteId_groupId_fkey" FOREIGN KEY ("siteId", "groupId") REFERENCES "Group"("siteId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- One row of an offer; of one to a group, one for each member.
CREATE UNIQUE INDEX "ReceivedShare_offer" ON "ReceivedShare" ("siteId", provider, "providerId",
  (CASE WHEN "groupId" IS NULL THEN '00000000-0000-0000-0000-000000000000'::uuid ELSE "receiverId" END));

-- Names of groups, for the list and for the share box.
CREATE INDEX "Group_list" ON "Group" ("siteId", lower(name), id) WHERE "deletedAt" IS NULL;
