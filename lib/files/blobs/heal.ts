import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pool } from "@/lib/core/db";
import { logger } from "@/lib/core/logger";
import { type BlobRow, checkBlob } from "./check-blob";
import { clearDamage, noteDamage } from "./damage";
import { openBytes } from "./short";
import { blobStore } from "./store";

const BATCH = 20;

/**
 * Looks again at what was found damaged an hour ago or longer. What is whole again is so noted. Else it gets its bytes
 * from another blob that has the same, which is what somebody makes who uploads the file once more: that mends its copies
 * and versions too.
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
  for (const row of rows) {
    const finding = await checkBlob(siteId, row, note);
    if (finding === "whole" || (await mend(siteId, row))) await clearDamage(siteId, [row.id]);
    else await noteDamage(siteId, [{ id: row.id, finding }]);
  }
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
    await replaceBytes(siteId, row, body);
    logger("files").info({ siteId, blobId: row.id }, "damaged file mended");
    return true;
  }
  return false;
}

async function replaceBytes(siteId: string, { id, size, bytes }: BlobRow, body: Readable): Promise<void> {
  if (bytes) {
    await pool().query(`UPDATE "Blob" SET "bytes" = $3 WHERE "siteId" = $1 AND "id" = $2`, [
      siteId,
      id,
      await buffer(body),
    ]);
    return;
  }
  await blobStore().remove({ siteId, id }); // from whichever store has it: the new bytes go to the present one
  await blobStore().put({ siteId, id }, body, { limit: Number(size), size: Number(size) });
}
