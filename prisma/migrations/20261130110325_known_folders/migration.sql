-- AlterTable
ALTER TABLE "ReceivedShare" ADD COLUMN     "goneLooks" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "goneSince" TIMESTAMPTZ(3),
ADD COLUMN     "watchedUntil" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "SentShare" ADD COLUMN     "watchedUntil" TIMESTAMPTZ(3),
ADD COLUMN     "watchedVersion" BIGINT;

-- CreateTable
CREATE TABLE "KnownFolder" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "nodeId" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "isCurrent" BOOLEAN NOT NULL DEFAULT false,
    "entryId" TEXT NOT NULL DEFAULT '',
    "etag" TEXT NOT NULL DEFAULT '',
    "modifiedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "mayWrite" BOOLEAN NOT NULL DEFAULT true,
    "entryCount" INTEGER NOT NULL DEFAULT 0,
    "unshown" INTEGER NOT NULL DEFAULT 0,
    "digest" TEXT NOT NULL DEFAULT '',
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "wholeAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changedHereAt" TIMESTAMPTZ(3),
    "usedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "nextLookAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "pauseMs" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "KnownFolder_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateTable
CREATE TABLE "KnownEntry" (
    "siteId" UUID NOT NULL,
    "folderId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "entryId" TEXT NOT NULL,
    "isFile" BOOLEAN NOT NULL,
    "size" BIGINT NOT NULL,
    "etag" TEXT NOT NULL,
    "modifiedAt" TIMESTAMPTZ(3) NOT NULL,
    "mayWrite" BOOLEAN NOT NULL,

    CONSTRAINT "KnownEntry_pkey" PRIMARY KEY ("siteId","folderId","name")
);

-- CreateIndex
CREATE INDEX "KnownFolder_siteId_nodeId_idx" ON "KnownFolder"("siteId", "nodeId");

-- AddForeignKey
ALTER TABLE "KnownFolder" ADD CONSTRAINT "KnownFolder_siteId_nodeId_fkey" FOREIGN KEY ("siteId", "nodeId") REFERENCES "FileNode"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "KnownEntry" ADD CONSTRAINT "KnownEntry_siteId_folderId_fkey" FOREIGN KEY ("siteId", "folderId") REFERENCES "KnownFolder"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- One listing of a folder is shown; another may be on its way.
CREATE UNIQUE INDEX "KnownFolder_current" ON "KnownFolder" ("siteId", "nodeId", "path") WHERE "isCurrent";

-- In the order of own folders.
CREATE INDEX "KnownEntry_listing" ON "KnownEntry" ("siteId", "folderId", "isFile", "name" COLLATE "names");

-- Looked through every second; mostly nobody watches.
CREATE INDEX "SentShare_watched" ON "SentShare" ("watchedUntil") WHERE "watchedUntil" IS NOT NULL;
