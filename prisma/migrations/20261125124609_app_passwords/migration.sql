-- CreateTable
CREATE TABLE "AppPassword" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "secretHash" TEXT NOT NULL,
    "scopes" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3),

    CONSTRAINT "AppPassword_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateIndex
CREATE INDEX "AppPassword_siteId_userId_idx" ON "AppPassword"("siteId", "userId");

-- CreateIndex
CREATE UNIQUE INDEX "AppPassword_siteId_secretHash_key" ON "AppPassword"("siteId", "secretHash");

-- AddForeignKey
ALTER TABLE "AppPassword" ADD CONSTRAINT "AppPassword_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AppPassword" ADD CONSTRAINT "AppPassword_siteId_userId_fkey" FOREIGN KEY ("siteId", "userId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;
