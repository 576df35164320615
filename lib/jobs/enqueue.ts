import type { StatementTx } from "@/lib/core/db";

export type EnqueueOptions = {
  runAt?: Date;
  /** While a job with this key waits, another replaces it. */
  key?: string;
  /** Jobs of one queue run one after the other. */
  queue?: string;
};

/**
 * Adds a job in the caller's transaction: it runs if and only if that commits.
 * `name` is a key of the job map in server/worker.ts, which says what is done.
 */
export async function enqueue(
  tx: StatementTx,
  name: string,
  payload: object,
  options: EnqueueOptions = {},
): Promise<void> {
  const { runAt = null, key = null, queue = null } = options;
  await tx.$executeRaw`SELECT graphile_worker.add_job(${name}::text, ${JSON.stringify(payload)}::json,
    queue_name => ${queue}::text, run_at => ${runAt}::timestamptz, job_key => ${key}::text)`;
}
