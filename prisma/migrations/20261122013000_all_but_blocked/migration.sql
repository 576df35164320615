-- A block should count from the start.
ALTER TABLE "Site" ALTER COLUMN "providerRule" SET DEFAULT 'unblocked';
