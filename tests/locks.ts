import { vi } from "vitest";
import { pool } from "@/lib/core/db";

/** How many connections wait for an advisory lock in the database of this test. */
export async function countWaiting(): Promise<number> {
  const { rowCount } = await pool().query(
    `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rowCount ?? 0;
}

/** Until a connection to the database of this test waits for what another one holds. */
export async function untilBlocked(): Promise<void> {
  const waiting = () =>
    pool().query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
  await vi.waitUntil(async () => (await waiting()).rowCount, { timeout: 10_000 });
}
