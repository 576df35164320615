import { pool } from "@/lib/core/db";

const LOCK = "hashtextextended('move-blobs', 0)";

/**
 * Does something that no migration of the bytes may happen beside, in whichever process; `alone`, that is one, nor any
 * other of these. Null if it cannot be now. A backup is one as well (scripts/lib/backup.mjs).
 */
export async function whileBytesStay<T>(work: () => Promise<T>, { alone = false } = {}): Promise<T | null> {
  const kind = alone ? "" : "_shared";
  const client = await pool().connect();
  let lost: Error | undefined;
  try {
    const { rows } = await client.query<{ isMine: boolean }>(`SELECT pg_try_advisory_lock${kind}(${LOCK}) AS "isMine"`);
    if (!rows[0]?.isMine) return null;
    try {
      return await work();
    } finally {
      await client.query(`SELECT pg_advisory_unlock${kind}(${LOCK})`).catch((error) => {
        lost = error; // with its connection goes the lock
      });
    }
  } finally {
    client.release(lost);
  }
}
