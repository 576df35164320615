-- AlterTable
ALTER TABLE "SentShare" ADD COLUMN     "needsSecondFactor" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "awaitsSecondFactor" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "challenge" TEXT,
ADD COLUMN     "challengeUntil" TIMESTAMPTZ(3),
ADD COLUMN     "secondFactorAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "Authenticator" (
    "siteId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "secretEncrypted" TEXT NOT NULL,
    "confirmedAt" TIMESTAMPTZ(3),
    "lastStep" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "Authenticator_pkey" PRIMARY KEY ("siteId","userId")
);

-- CreateTable
CREATE TABLE "RecoveryCode" (
    "siteId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "codeHash" TEXT NOT NULL,

    CONSTRAINT "RecoveryCode_pkey" PRIMARY KEY ("siteId","userId","codeHash")
);

-- CreateTable
CREATE TABLE "Passkey" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "credentialId" TEXT NOT NULL,
    "publicKey" BYTEA NOT NULL,
    "counter" BIGINT NOT NULL,
    "transports" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Passkey_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateIndex
CREATE INDEX "Passkey_siteId_userId_idx" ON "Passkey"("siteId", "userId");

-- CreateIndex
CREATE UNIQUE INDEX "Passkey_siteId_credentialId_key" ON "Passkey"("siteId", "credentialId");

-- AddForeignKey
ALTER TABLE "Authenticator" ADD CONSTRAINT "Authenticator_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Authenticator" ADD CONSTRAINT "Authenticator_siteId_userId_fkey" FOREIGN KEY ("siteId", "userId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RecoveryCode" ADD CONSTRAINT "RecoveryCode_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RecoveryCode" ADD CONSTRAINT "RecoveryCode_siteId_userId_fkey" FOREIGN KEY ("siteId", "userId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Passkey" ADD CONSTRAINT "Passkey_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Passkey" ADD CONSTRAINT "Passkey_siteId_userId_fkey" FOREIGN KEY ("siteId", "userId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;
