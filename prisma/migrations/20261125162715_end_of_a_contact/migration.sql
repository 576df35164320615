-- AlterTable
ALTER TABLE "Contact" ADD COLUMN     "acceptsShares" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "endedByThem" BOOLEAN NOT NULL DEFAULT false;
