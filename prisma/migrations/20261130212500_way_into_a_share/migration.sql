-- CreateEnum
CREATE TYPE "WayIn" AS ENUM ('token', 'bearer', 'basic');

-- AlterTable
ALTER TABLE "ReceivedShare" ADD COLUMN     "wayIn" "WayIn";
