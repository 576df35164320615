import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pool } from "@/lib/core/db";
import { hasCode } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { type BlobRow, checkBlob, isLost } from "./check-blob";
import { clearDamage, noteDamage } from "./damage";
import { whileBytesStay } from "./moving";
import { openBytes } from "./short";
import { blobStore, otherStore } from "./store";

const BATCH = 20;

/**
 * Looks again at what was found damaged an hour ago or longer. What is whole again is so noted. Else it gets its bytes
 * from another blob that has the same, which is what somebody makes who uploads the file once more: that mends its copies
 * and versions too. While bytes are moved between stores, it leaves them for the next time.
 *
 * @throws STORAGE_UNREACHABLE, STORAGE_FULL
 */
export async function healBlobs(siteId: string, note: (bytes: number) => unknown = () => {}): Promise<void> {
  const { rows } = await pool().query<BlobRow>(
    `SELECT b."id", b."sha256", b."size", b."bytes" FROM "BlobDamage" d
     JOIN "Blob" b ON b."siteId" = d."siteId" AND b."id" = d."blobId"
     WHERE d."siteId" = $1 AND d."checkedAt" < now() - interval '1 hour' ORDER BY d."checkedAt" LIMIT ${BATCH}`,
    [siteId],
  );
  if (rows.length === 0) return;
  await whileBytesStay(async () => {
    for (const row of rows) {
      const finding = await checkBlob(siteId, row, note);
      if (finding === "whole" || (await mend(siteId, row))) await clearDamage(siteId, [row.id]);
      else await noteDamage(siteId, [{ id: row.id, finding }]);
    }
  });
}

/** Whether there were the same bytes elsewhere, and now are here too. */
async function mend(siteId: string, row: BlobRow): Promise<boolean> {
  const { rows: twins } = await pool().query<BlobRow>(
    `SELECT b."id", b."sha256", b."size", b."bytes" FROM "Blob" b
     WHERE b."siteId" = $1 AND b."sha256" = $2 AND b."size" = $3 AND b."id" <> $4
       AND NOT EXISTS (SELECT FROM "BlobDamage" d WHERE d."siteId" = $1 AND d."blobId" = b."id")
     ORDER BY b."id" DESC LIMIT 3`,
    [siteId, row.sha256, row.size, row.id],
  );
  for (const twin of twins) {
    if ((await checkBlob(siteId, twin)) !== "whole") continue;
    const body = await openBytes({ siteId, id: twin.id }, Number(twin.size));
    if (!body) continue;
    const isSame = await replaceBytes(siteId, row, body).finally(() => body.destroy());
    if (!isSame) continue;
    logger("files").info({ siteId, blobId: row.id }, "damaged file mended");
    return true;
  }
  return false;
}

/** False if what came was something else: it has been read twice, and a disk may say something else each time. */
async function replaceBytes(siteId: string, { id, sha256, size, bytes }: BlobRow, body: Readable): Promise<boolean> {
  if (bytes) {
    const fresh = await buffer(body);
    if (createHash("sha256").update(fresh).digest("hex") !== sha256) return false;
    await pool().query(`UPDATE "Blob" SET "bytes" = $3 WHERE "siteId" = $1 AND "id" = $2`, [siteId, id, fresh]);
    return true;
  }
  const key = { siteId, id };
  const put = await blobStore()
    .put(key, body, { limit: Number(size), size: Number(size) })
    .catch((error: NodeJS.ErrnoException) => {
      if (!isLost(error) && !hasCode(error, "BLOB_TOO_LONG")) throw error;
      return null;
    });
  if (put?.sha256 !== sha256) return false;
  await otherStore()?.remove(key); // which may be asked first
  return true;
}
