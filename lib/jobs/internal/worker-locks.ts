import type pg from "pg";

// The queue keeps the jobs of a killed process locked for four hours. So each runner holds a session advisory lock on
// its id, which PostgreSQL drops the moment the process is gone; whose lock is free is dead, and its jobs are released.

const LOCK = "SELECT pg_advisory_lock(hashtextextended($1, 0))";
const RELEASE = `WITH holders AS (
    SELECT locked_by FROM graphile_worker._private_jobs WHERE locked_by IS NOT NULL
    UNION SELECT locked_by FROM graphile_worker._private_job_queues WHERE locked_by IS NOT NULL
  ), live AS (
    SELECT (classid::bigint << 32) | objid::bigint AS key FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  )
  SELECT graphile_worker.force_unlock_workers(array_agg(locked_by)) FROM holders
  WHERE hashtextextended(locked_by, 0) NOT IN (SELECT key FROM live) HAVING count(*) > 0`;

/** A plugin of the runner: no worker takes a job before the lock on its pool's id is held by this connection. */
export function heldBy(client: pg.Client): GraphileConfig.Plugin {
  const held = new Map<string, Promise<unknown>>();
  return {
    name: "tessera-worker-lock",
    version: "1.0.0",
    worker: {
      hooks: {
        async startWorker(_context, { worker }) {
          const { id } = worker.workerPool;
          if (!held.has(id)) held.set(id, client.query(LOCK, [id]));
          await held.get(id);
        },
      },
    },
  };
}

/** Lets the jobs of processes that are gone run again. */
export async function releaseLocksOfTheDead(client: pg.Client): Promise<void> {
  await client.query(RELEASE);
}
