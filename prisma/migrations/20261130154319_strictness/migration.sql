-- What a site asks of all other clouds, from which it may depart for one: there null says that it does not.
ALTER TABLE "Site" ADD COLUMN "requiresSignature" BOOLEAN NOT NULL DEFAULT true,
  ADD COLUMN "mustExchange" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "needsSecondFactor" BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE "Provider" ADD COLUMN "needsSecondFactor" BOOLEAN,
  ADD COLUMN "privateNetwork" TEXT,
  ALTER COLUMN "acceptsUnsigned" DROP NOT NULL, ALTER COLUMN "acceptsUnsigned" DROP DEFAULT,
  ALTER COLUMN "mustExchange" DROP NOT NULL, ALTER COLUMN "mustExchange" DROP DEFAULT;

-- No was what a cloud was dealt with by on which nobody had decided.
UPDATE "Provider" SET "acceptsUnsigned" = nullif("acceptsUnsigned", false), "mustExchange" = nullif("mustExchange", false);
