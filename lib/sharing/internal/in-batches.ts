import { db, type Tx } from "@/lib/core/db";

const BATCH = 100;

/** Each costs some statements: all of them at once would outlast a transaction, and then none would ever end. */
export async function eachBatch<T>(rows: T[], work: (tx: Tx, batch: T[]) => Promise<unknown>): Promise<void> {
  for (let first = 0; first < rows.length; first += BATCH) {
    await db().$transaction((tx) => work(tx, rows.slice(first, first + BATCH)));
  }
}

/** The same of rows that are to be changed together. */
export const inBatches = (rows: { id: string }[], work: (tx: Tx, id: { in: string[] }) => Promise<unknown>) =>
  eachBatch(rows, (tx, batch) => work(tx, { in: batch.map(({ id }) => id) }));
