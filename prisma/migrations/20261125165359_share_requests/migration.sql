-- CreateTable
CREATE TABLE "ShareRequest" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "contactId" UUID NOT NULL,
    "isOurs" BOOLEAN NOT NULL,
    "share" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "sentShareId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "answeredAt" TIMESTAMPTZ(3),

    CONSTRAINT "ShareRequest_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateIndex
CREATE INDEX "ShareRequest_siteId_userId_id_idx" ON "ShareRequest"("siteId", "userId", "id");

-- AddForeignKey
ALTER TABLE "ShareRequest" ADD CONSTRAINT "ShareRequest_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ShareRequest" ADD CONSTRAINT "ShareRequest_siteId_userId_fkey" FOREIGN KEY ("siteId", "userId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ShareRequest" ADD CONSTRAINT "ShareRequest_siteId_contactId_fkey" FOREIGN KEY ("siteId", "contactId") REFERENCES "Contact"("siteId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "ShareRequest" ADD CONSTRAINT "ShareRequest_siteId_sentShareId_fkey" FOREIGN KEY ("siteId", "sentShareId") REFERENCES "SentShare"("siteId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- Nobody is asked for the same thing twice while an answer is awaited.
CREATE UNIQUE INDEX "ShareRequest_open" ON "ShareRequest" ("siteId", "contactId", "isOurs", share) WHERE "answeredAt" IS NULL;
