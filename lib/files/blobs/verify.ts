import { pool } from "@/lib/core/db";
import { type BlobRow, checkBlob, type Finding } from "./check-blob";
import { recordFindings } from "./scrub";
import { blobStore } from "./store";
import { orphansOf } from "./sweep";

const BATCH = 50;

type Options = {
  /** Only what was stored from then on. */
  since?: Date;
  /** Hears of all that is read, and may make it wait. */
  note?: (bytes: number) => unknown;
};

/** How many bytes `verifyBlobs` will read. */
export async function bytesToVerify(siteId: string, { since = new Date(0) }: Options): Promise<number> {
  const { rows } = await pool().query<{ bytes: string }>(
    `SELECT coalesce(sum("size"), 0) AS bytes FROM "Blob" WHERE "siteId" = $1 AND "createdAt" >= $2`,
    [siteId, since],
  );
  return Number(rows[0]?.bytes);
}

/**
 * Reads every blob of a site at once, and notes what it finds as the scrub does: how many are whole, damaged, missing,
 * and how many bytes nobody needs.
 *
 * @throws STORAGE_EMPTY, STORAGE_UNREACHABLE
 */
export async function verifyBlobs(siteId: string, { since = new Date(0), note }: Options) {
  const counts: Record<Finding | "orphans", number> = { whole: 0, damaged: 0, missing: 0, orphans: 0 };
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const { rows } = await pool().query<BlobRow>(
      `SELECT "id", "sha256", "size", "bytes" FROM "Blob"
       WHERE "siteId" = $1 AND "id" > $2 AND "createdAt" >= $3 ORDER BY "id" LIMIT ${BATCH}`,
      [siteId, after, since],
    );
    const checked: { row: BlobRow; finding: Finding }[] = [];
    for (const row of rows) checked.push({ row, finding: await checkBlob(siteId, row, note) });
    const noted = await recordFindings(siteId, checked);
    // What was removed while its batch was read is not missing.
    for (const { row, finding } of checked) if (finding === "whole" || noted.has(row.id)) counts[finding]++;
    if (rows.length < BATCH) break;
    after = rows.at(-1)?.id ?? after;
  }
  for await (const orphans of orphansOf(siteId, blobStore())) counts.orphans += orphans.length;
  return counts;
}
