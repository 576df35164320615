import { pool } from "@/lib/core/db";

/** How many connections wait for an advisory lock in the database of this test. */
export async function countWaiting(): Promise<number> {
  const { rowCount } = await pool().query(
    `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rowCount ?? 0;
}
