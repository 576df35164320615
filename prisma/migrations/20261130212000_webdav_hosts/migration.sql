-- AlterTable
ALTER TABLE "Provider" ADD COLUMN     "webdavHosts" TEXT[] DEFAULT ARRAY[]::TEXT[];
