-- CreateEnum
CREATE TYPE "OfflineVerb" AS ENUM ('make', 'move', 'remove');

-- CreateTable
CREATE TABLE "OfflineStep" (
    "siteId" UUID NOT NULL,
    "number" BIGSERIAL NOT NULL,
    "nodeId" UUID NOT NULL,
    "verb" "OfflineVerb" NOT NULL,
    "path" TEXT NOT NULL,
    "toPath" TEXT,
    "isFile" BOOLEAN NOT NULL DEFAULT false,
    "entryId" TEXT NOT NULL DEFAULT '',
    "etag" TEXT NOT NULL DEFAULT '',
    "held" JSONB,
    "wanted" TEXT,
    "triedAt" TIMESTAMPTZ(3),
    "refusedAt" TIMESTAMPTZ(3),
    "madeAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "OfflineStep_pkey" PRIMARY KEY ("siteId","number")
);

-- CreateIndex
CREATE INDEX "OfflineStep_siteId_nodeId_number_idx" ON "OfflineStep"("siteId", "nodeId", "number");

-- AddForeignKey
ALTER TABLE "OfflineStep" ADD CONSTRAINT "OfflineStep_siteId_nodeId_fkey" FOREIGN KEY ("siteId", "nodeId") REFERENCES "FileNode"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Folders that wait to be made are the first steps.
INSERT INTO "OfflineStep" ("siteId", "nodeId", "verb", "path", "madeAt")
SELECT "siteId", "nodeId", 'make', "path", "madeAt" FROM "OfflineFolder" ORDER BY length("path"), "madeAt";

-- DropTable
DROP TABLE "OfflineFolder";
