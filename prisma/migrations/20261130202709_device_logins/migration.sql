-- Programs that wait for a person to let them in with a browser.
-- CreateTable
CREATE TABLE "DeviceLogin" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "secretHash" TEXT NOT NULL,
    "codeHash" TEXT,
    "program" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "scopes" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "interval" INTEGER NOT NULL,
    "askedAt" TIMESTAMPTZ(3),
    "deniedAt" TIMESTAMPTZ(3),
    "appPasswordId" UUID,

    CONSTRAINT "DeviceLogin_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "DeviceLogin_siteId_secretHash_key" ON "DeviceLogin"("siteId", "secretHash");

-- CreateIndex
CREATE UNIQUE INDEX "DeviceLogin_siteId_codeHash_key" ON "DeviceLogin"("siteId", "codeHash");

-- CreateIndex
CREATE UNIQUE INDEX "DeviceLogin_siteId_appPasswordId_key" ON "DeviceLogin"("siteId", "appPasswordId");

-- AddForeignKey
ALTER TABLE "DeviceLogin" ADD CONSTRAINT "DeviceLogin_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DeviceLogin" ADD CONSTRAINT "DeviceLogin_siteId_appPasswordId_fkey" FOREIGN KEY ("siteId", "appPasswordId") REFERENCES "AppPassword"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;
