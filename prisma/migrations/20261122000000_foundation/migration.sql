-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "ProviderRule" AS ENUM ('anyone', 'listed', 'unblocked');

-- CreateEnum
CREATE TYPE "ProviderStanding" AS ENUM ('unlisted', 'listed', 'blocked');

-- CreateEnum
CREATE TYPE "NodeKind" AS ENUM ('file', 'folder', 'mount');

-- CreateEnum
CREATE TYPE "ShareRole" AS ENUM ('viewer', 'editor');

-- CreateEnum
CREATE TYPE "ShareAnswer" AS ENUM ('pending', 'accepted', 'declined');

-- CreateEnum
CREATE TYPE "ReceivedState" AS ENUM ('pending', 'accepted', 'declined', 'revoked', 'left');

-- CreateTable
CREATE TABLE "Site" (
    "id" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "setupCodeHash" TEXT,
    "setUpAt" TIMESTAMPTZ(3),
    "providerRule" "ProviderRule" NOT NULL DEFAULT 'anyone',
    "inviteLifetimeDays" INTEGER NOT NULL DEFAULT 30,
    "showsSitePeople" BOOLEAN NOT NULL DEFAULT true,
    "answersUserNames" BOOLEAN NOT NULL DEFAULT false,
    "defaultQuota" BIGINT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Site_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SiteKey" (
    "siteId" UUID NOT NULL,
    "kid" TEXT NOT NULL,
    "alg" TEXT NOT NULL,
    "publicJwk" JSONB NOT NULL,
    "privateKeyEncrypted" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retiredAt" TIMESTAMPTZ(3),

    CONSTRAINT "SiteKey_pkey" PRIMARY KEY ("siteId","kid")
);

-- CreateTable
CREATE UNLOGGED TABLE "RateCount" (
    "key" TEXT NOT NULL,
    "windowStart" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "RateCount_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "User" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "userName" TEXT NOT NULL,
    "mail" TEXT,
    "displayName" TEXT NOT NULL,
    "passwordHash" TEXT,
    "mustChangePassword" BOOLEAN NOT NULL DEFAULT false,
    "isAdmin" BOOLEAN NOT NULL DEFAULT false,
    "disabledAt" TIMESTAMPTZ(3),
    "identifier" TEXT NOT NULL,
    "quota" BIGINT,
    "used" BIGINT NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "User_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateTable
CREATE TABLE "Session" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "userAgent" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateTable
CREATE TABLE "ExternalAccount" (
    "siteId" UUID NOT NULL,
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "userId" UUID NOT NULL,

    CONSTRAINT "ExternalAccount_pkey" PRIMARY KEY ("siteId","issuer","subject")
);

-- CreateTable
CREATE TABLE "Notice" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "about" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "readAt" TIMESTAMPTZ(3),

    CONSTRAINT "Notice_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateTable
CREATE TABLE "AuditEntry" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateTable
CREATE TABLE "Provider" (
    "siteId" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "standing" "ProviderStanding" NOT NULL DEFAULT 'unlisted',
    "discovery" JSONB,
    "discoveredAt" TIMESTAMPTZ(3),
    "keys" JSONB,
    "keysFetchedAt" TIMESTAMPTZ(3),
    "failure" TEXT,
    "failedAt" TIMESTAMPTZ(3),
    "firstSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3),

    CONSTRAINT "Provider_pkey" PRIMARY KEY ("siteId","provider")
);

-- CreateTable
CREATE TABLE "SeenSignature" (
    "siteId" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "answer" JSONB,
    "seenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SeenSignature_pkey" PRIMARY KEY ("siteId","provider","key")
);

-- CreateTable
CREATE TABLE "Delivery" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "subjectKind" TEXT NOT NULL,
    "subjectId" UUID NOT NULL,
    "wantedVersion" INTEGER NOT NULL DEFAULT 1,
    "knownVersion" INTEGER NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "firstAttemptAt" TIMESTAMPTZ(3),
    "nextAttemptAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "gaveUpAt" TIMESTAMPTZ(3),
    "failure" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deliveredAt" TIMESTAMPTZ(3),

    CONSTRAINT "Delivery_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateTable
CREATE TABLE "FileNode" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "ownerId" UUID NOT NULL,
    "parentId" UUID,
    "kind" "NodeKind" NOT NULL,
    "name" TEXT NOT NULL,
    "blobId" UUID,
    "size" BIGINT NOT NULL DEFAULT 0,
    "mediaType" TEXT,
    "mountId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "modifiedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "trashedAt" TIMESTAMPTZ(3),
    "purgedAt" TIMESTAMPTZ(3),
    "trashedFrom" TEXT,

    CONSTRAINT "FileNode_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateTable
CREATE TABLE "Blob" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "sha256" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Blob_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateTable
CREATE TABLE "UploadLease" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "ownerId" UUID NOT NULL,
    "leaseUntil" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "UploadLease_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateTable
CREATE TABLE "FileChange" (
    "siteId" UUID NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "ownerId" UUID NOT NULL,
    "nodeId" UUID NOT NULL,
    "ancestors" UUID[],
    "xid" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint,
    "isFolded" BOOLEAN NOT NULL DEFAULT false,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "FileChange_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateTable
CREATE TABLE "FolderVersion" (
    "siteId" UUID NOT NULL,
    "nodeId" UUID NOT NULL,
    "version" BIGINT NOT NULL,

    CONSTRAINT "FolderVersion_pkey" PRIMARY KEY ("siteId","nodeId")
);

-- CreateTable
CREATE TABLE "Invite" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "inviterId" UUID NOT NULL,
    "tokenHash" TEXT,
    "tokenEncrypted" TEXT,
    "note" TEXT NOT NULL DEFAULT '',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),
    "usedAt" TIMESTAMPTZ(3),
    "usedById" UUID,
    "usedTokenHash" TEXT,

    CONSTRAINT "Invite_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateTable
CREATE TABLE "AcceptedInvite" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "ourIdentifier" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "acceptedAt" TIMESTAMPTZ(3),

    CONSTRAINT "AcceptedInvite_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateTable
CREATE TABLE "Contact" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "ourIdentifier" TEXT NOT NULL,
    "displayName" TEXT NOT NULL,
    "mail" TEXT NOT NULL DEFAULT '',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Contact_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateTable
CREATE TABLE "SentShare" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "nodeId" UUID,
    "senderId" UUID NOT NULL,
    "contactId" UUID,
    "recipientId" UUID,
    "shareWith" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "recipientName" TEXT NOT NULL,
    "role" "ShareRole" NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "expiresAt" TIMESTAMPTZ(3),
    "secretHash" TEXT,
    "secretEncrypted" TEXT,
    "answer" "ShareAnswer" NOT NULL DEFAULT 'pending',
    "answeredAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revokedAt" TIMESTAMPTZ(3),
    "toldRole" "ShareRole",
    "toldExpiresAt" TIMESTAMPTZ(3),

    CONSTRAINT "SentShare_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateTable
CREATE TABLE "AccessToken" (
    "siteId" UUID NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "sentShareId" UUID NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "AccessToken_pkey" PRIMARY KEY ("siteId","tokenHash")
);

-- CreateTable
CREATE TABLE "ReceivedShare" (
    "siteId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "receiverId" UUID NOT NULL,
    "contactId" UUID,
    "provider" TEXT NOT NULL,
    "providerId" TEXT NOT NULL,
    "sender" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "shareWith" TEXT NOT NULL,
    "senderName" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "resourceType" TEXT NOT NULL,
    "role" "ShareRole" NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "expiresAt" TIMESTAMPTZ(3),
    "webdavUri" TEXT NOT NULL DEFAULT '',
    "requirements" TEXT[],
    "secretEncrypted" TEXT,
    "accessTokenEncrypted" TEXT,
    "accessTokenExpiresAt" TIMESTAMPTZ(3),
    "state" "ReceivedState" NOT NULL DEFAULT 'pending',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "answeredAt" TIMESTAMPTZ(3),
    "reachedAt" TIMESTAMPTZ(3),
    "failure" TEXT,

    CONSTRAINT "ReceivedShare_pkey" PRIMARY KEY ("siteId","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Site_provider_key" ON "Site"("provider");

-- CreateIndex
CREATE UNIQUE INDEX "Site_origin_key" ON "Site"("origin");

-- CreateIndex
CREATE UNIQUE INDEX "User_siteId_userName_key" ON "User"("siteId", "userName");

-- CreateIndex
CREATE UNIQUE INDEX "User_siteId_mail_key" ON "User"("siteId", "mail");

-- CreateIndex
CREATE UNIQUE INDEX "User_siteId_identifier_key" ON "User"("siteId", "identifier");

-- CreateIndex
CREATE INDEX "Session_siteId_userId_idx" ON "Session"("siteId", "userId");

-- CreateIndex
CREATE INDEX "Notice_siteId_userId_id_idx" ON "Notice"("siteId", "userId", "id");

-- CreateIndex
CREATE INDEX "SeenSignature_seenAt_idx" ON "SeenSignature"("seenAt");

-- CreateIndex
CREATE INDEX "Delivery_siteId_provider_idx" ON "Delivery"("siteId", "provider");

-- CreateIndex
CREATE UNIQUE INDEX "Delivery_siteId_subjectKind_subjectId_key" ON "Delivery"("siteId", "subjectKind", "subjectId");

-- CreateIndex
CREATE INDEX "FileNode_siteId_parentId_idx" ON "FileNode"("siteId", "parentId");

-- CreateIndex
CREATE INDEX "FileNode_siteId_blobId_idx" ON "FileNode"("siteId", "blobId");

-- CreateIndex
CREATE INDEX "FileNode_siteId_mountId_idx" ON "FileNode"("siteId", "mountId");

-- CreateIndex
CREATE UNIQUE INDEX "Invite_tokenHash_key" ON "Invite"("tokenHash");

-- CreateIndex
CREATE UNIQUE INDEX "Invite_usedTokenHash_key" ON "Invite"("usedTokenHash");

-- CreateIndex
CREATE INDEX "Invite_siteId_inviterId_id_idx" ON "Invite"("siteId", "inviterId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "AcceptedInvite_siteId_userId_provider_tokenHash_key" ON "AcceptedInvite"("siteId", "userId", "provider", "tokenHash");

-- CreateIndex
CREATE UNIQUE INDEX "Contact_siteId_userId_provider_identifier_key" ON "Contact"("siteId", "userId", "provider", "identifier");

-- CreateIndex
CREATE UNIQUE INDEX "Contact_siteId_ourIdentifier_key" ON "Contact"("siteId", "ourIdentifier");

-- CreateIndex
CREATE UNIQUE INDEX "SentShare_secretHash_key" ON "SentShare"("secretHash");

-- CreateIndex
CREATE INDEX "SentShare_siteId_nodeId_idx" ON "SentShare"("siteId", "nodeId");

-- CreateIndex
CREATE INDEX "SentShare_siteId_senderId_id_idx" ON "SentShare"("siteId", "senderId", "id");

-- CreateIndex
CREATE INDEX "SentShare_siteId_contactId_idx" ON "SentShare"("siteId", "contactId");

-- CreateIndex
CREATE INDEX "AccessToken_expiresAt_idx" ON "AccessToken"("expiresAt");

-- CreateIndex
CREATE INDEX "AccessToken_siteId_sentShareId_idx" ON "AccessToken"("siteId", "sentShareId");

-- CreateIndex
CREATE INDEX "ReceivedShare_siteId_receiverId_id_idx" ON "ReceivedShare"("siteId", "receiverId", "id");

-- CreateIndex
CREATE INDEX "ReceivedShare_siteId_contactId_idx" ON "ReceivedShare"("siteId", "contactId");

-- CreateIndex
CREATE UNIQUE INDEX "ReceivedShare_siteId_provider_providerId_key" ON "ReceivedShare"("siteId", "provider", "providerId");

-- AddForeignKey
ALTER TABLE "SiteKey" ADD CONSTRAINT "SiteKey_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "User" ADD CONSTRAINT "User_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_siteId_userId_fkey" FOREIGN KEY ("siteId", "userId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ExternalAccount" ADD CONSTRAINT "ExternalAccount_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ExternalAccount" ADD CONSTRAINT "ExternalAccount_siteId_userId_fkey" FOREIGN KEY ("siteId", "userId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Notice" ADD CONSTRAINT "Notice_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Notice" ADD CONSTRAINT "Notice_siteId_userId_fkey" FOREIGN KEY ("siteId", "userId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AuditEntry" ADD CONSTRAINT "AuditEntry_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Provider" ADD CONSTRAINT "Provider_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SeenSignature" ADD CONSTRAINT "SeenSignature_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Delivery" ADD CONSTRAINT "Delivery_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FileNode" ADD CONSTRAINT "FileNode_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FileNode" ADD CONSTRAINT "FileNode_siteId_ownerId_fkey" FOREIGN KEY ("siteId", "ownerId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FileNode" ADD CONSTRAINT "FileNode_siteId_parentId_fkey" FOREIGN KEY ("siteId", "parentId") REFERENCES "FileNode"("siteId", "id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "FileNode" ADD CONSTRAINT "FileNode_siteId_blobId_fkey" FOREIGN KEY ("siteId", "blobId") REFERENCES "Blob"("siteId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Blob" ADD CONSTRAINT "Blob_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "UploadLease" ADD CONSTRAINT "UploadLease_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "UploadLease" ADD CONSTRAINT "UploadLease_siteId_ownerId_fkey" FOREIGN KEY ("siteId", "ownerId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FileChange" ADD CONSTRAINT "FileChange_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FolderVersion" ADD CONSTRAINT "FolderVersion_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Invite" ADD CONSTRAINT "Invite_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Invite" ADD CONSTRAINT "Invite_siteId_inviterId_fkey" FOREIGN KEY ("siteId", "inviterId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Invite" ADD CONSTRAINT "Invite_siteId_usedById_fkey" FOREIGN KEY ("siteId", "usedById") REFERENCES "Contact"("siteId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "AcceptedInvite" ADD CONSTRAINT "AcceptedInvite_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AcceptedInvite" ADD CONSTRAINT "AcceptedInvite_siteId_userId_fkey" FOREIGN KEY ("siteId", "userId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Contact" ADD CONSTRAINT "Contact_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Contact" ADD CONSTRAINT "Contact_siteId_userId_fkey" FOREIGN KEY ("siteId", "userId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SentShare" ADD CONSTRAINT "SentShare_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SentShare" ADD CONSTRAINT "SentShare_siteId_nodeId_fkey" FOREIGN KEY ("siteId", "nodeId") REFERENCES "FileNode"("siteId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "SentShare" ADD CONSTRAINT "SentShare_siteId_senderId_fkey" FOREIGN KEY ("siteId", "senderId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SentShare" ADD CONSTRAINT "SentShare_siteId_recipientId_fkey" FOREIGN KEY ("siteId", "recipientId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "SentShare" ADD CONSTRAINT "SentShare_siteId_contactId_fkey" FOREIGN KEY ("siteId", "contactId") REFERENCES "Contact"("siteId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "AccessToken" ADD CONSTRAINT "AccessToken_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AccessToken" ADD CONSTRAINT "AccessToken_siteId_sentShareId_fkey" FOREIGN KEY ("siteId", "sentShareId") REFERENCES "SentShare"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReceivedShare" ADD CONSTRAINT "ReceivedShare_siteId_fkey" FOREIGN KEY ("siteId") REFERENCES "Site"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReceivedShare" ADD CONSTRAINT "ReceivedShare_siteId_receiverId_fkey" FOREIGN KEY ("siteId", "receiverId") REFERENCES "User"("siteId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReceivedShare" ADD CONSTRAINT "ReceivedShare_siteId_contactId_fkey" FOREIGN KEY ("siteId", "contactId") REFERENCES "Contact"("siteId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;


-- What Prisma's schema cannot say.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- One root per owner, and one live node of a name in a folder. A child's owner is its parent's.
CREATE UNIQUE INDEX "FileNode_live_name" ON "FileNode" ("siteId", "parentId", "name", "ownerId") NULLS NOT DISTINCT
    WHERE "trashedAt" IS NULL;
CREATE INDEX "FileNode_trash" ON "FileNode" ("siteId", "ownerId", "trashedAt") WHERE "trashedAt" IS NOT NULL;

-- Finds the changes below a folder that its version does not count yet; stays small because folding empties it.
CREATE INDEX "FileChange_unfolded" ON "FileChange" USING gin ("ancestors") WHERE NOT "isFolded";

-- A thing is shared once with an address, until that share is revoked.
CREATE UNIQUE INDEX "SentShare_live" ON "SentShare" ("siteId", "nodeId", "shareWith") WHERE "revokedAt" IS NULL;

-- Autocomplete over any part of a contact's name, mail or cloud.
CREATE INDEX "Contact_search" ON "Contact"
    USING gin (lower("displayName" || ' ' || "mail" || ' ' || "provider") gin_trgm_ops) WHERE "removedAt" IS NULL;
