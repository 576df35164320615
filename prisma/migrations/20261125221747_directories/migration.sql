-- CreateTable
CREATE TABLE "Directory" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "keys" JSONB NOT NULL,
    "isTrusted" BOOLEAN NOT NULL,
    "federation" TEXT NOT NULL DEFAULT '',
    "readAt" TIMESTAMPTZ(3),
    "failure" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Directory_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateTable
CREATE TABLE "DirectoryCloud" (
    "siteId" UUID NOT NULL,
    "directoryId" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "DirectoryCloud_pkey" PRIMARY KEY ("siteId","directoryId","provider")
);

-- CreateTable
CREATE TABLE "OwnDirectory" (
    "siteId" UUID NOT NULL,
    "federation" TEXT NOT NULL,
    "isPublished" BOOLEAN NOT NULL,
    "privateKeyEncrypted" TEXT NOT NULL,

    CONSTRAINT "OwnDirectory_pkey" PRIMARY KEY ("siteId")
);

-- CreateIndex
CREATE UNIQUE INDEX "Directory_siteId_url_key" ON "Directory"("siteId", "url");

-- CreateIndex
CREATE INDEX "DirectoryCloud_siteId_provider_idx" ON "DirectoryCloud"("siteId", "provider");

-- AddForeignKey
ALTER TABLE "Directory" ADD CONSTRAINT "Directory_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DirectoryCloud" ADD CONSTRAINT "DirectoryCloud_siteId_directoryId_fkey" FOREIGN KEY ("siteId", "directoryId") REFERENCES "Directory"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OwnDirectory" ADD CONSTRAINT "OwnDirectory_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
