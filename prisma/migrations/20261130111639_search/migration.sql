-- CreateEnum
CREATE TYPE "TextState" AS ENUM ('reading', 'read', 'none', 'failed');

-- CreateTable
CREATE TABLE "BlobText" (
    "siteId" UUID NOT NULL,
    "blobId" UUID NOT NULL,
    "ownerId" UUID NOT NULL,
    "state" "TextState" NOT NULL DEFAULT 'reading',
    "tries" INTEGER NOT NULL DEFAULT 1,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "text" TEXT NOT NULL DEFAULT '',
    "words" tsvector,
    "failure" TEXT,

    CONSTRAINT "BlobText_pkey" PRIMARY KEY ("siteId","blobId")
);

-- CreateIndex
CREATE INDEX "Blob_siteId_createdAt_idx" ON "Blob"("siteId", "createdAt");

-- AddForeignKey
ALTER TABLE "BlobText" ADD CONSTRAINT "BlobText_siteId_blobId_fkey" FOREIGN KEY ("siteId", "blobId") REFERENCES "Blob"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What Prisma's schema cannot say.

CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- As people mean a word, whatever its accents and case. The rules are named, so that it never changes its answers.
CREATE FUNCTION "plain"(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, $1));

-- The same of the words in a text, in whatever language they are.
CREATE TEXT SEARCH CONFIGURATION "plain" (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION "plain"
    ALTER MAPPING FOR word, hword, hword_part, numword, numhword WITH public.unaccent, pg_catalog.simple;

-- Names by any part, of one owner: how many others have such names is nothing to him.
CREATE INDEX "FileNode_search" ON "FileNode" USING gin ("ownerId", plain("name") gin_trgm_ops)
    WHERE "trashedAt" IS NULL AND "parentId" IS NOT NULL;
CREATE STATISTICS "FileNode_search_text" ON (plain("name")) FROM "FileNode";

-- All that a person has, in the order of its last change.
DROP INDEX "FileNode_own";
CREATE INDEX "FileNode_own" ON "FileNode" ("siteId", "ownerId", "modifiedAt", "id") WHERE "trashedAt" IS NULL;

CREATE INDEX "BlobText_search" ON "BlobText" USING gin ("ownerId", "words") WHERE "state" = 'read';
CREATE INDEX "BlobText_reading" ON "BlobText" ("siteId") WHERE "state" = 'reading';
