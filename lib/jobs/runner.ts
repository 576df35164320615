import { setTimeout as sleep } from "node:timers/promises";
import { Logger, type Runner, run, type TaskList } from "graphile-worker";
import pg from "pg";
import { config } from "@/lib/core/config";
import { pool } from "@/lib/core/db";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { heldBy, releaseLocksOfTheDead } from "./internal/worker-locks";

export type JobRunner = { stop(): Promise<void> };

const RESTART_PAUSE = 2_000;
const SWEEP_EVERY = 60_000;
const state = () => once("job-runner", () => ({ isAlive: false }));

/** Whether jobs are being run by this process just now. */
export function runnerIsAlive(): boolean {
  return state().isAlive;
}

/**
 * Runs jobs until stopped: `tasks` maps their names to functions, `crontab` says which run when. A runner that
 * ends unasked (its database went away, say) is started again.
 */
export function startRunner(tasks: TaskList, crontab: string): JobRunner {
  const stopping = new AbortController();
  const finished = keepRunning(tasks, crontab, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await finished;
    },
  };
}

async function keepRunning(tasks: TaskList, crontab: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await runUntilEnd(tasks, crontab, signal);
      if (!signal.aborted) logger("jobs").warn("job runner ended unasked");
    } catch (error) {
      logger("jobs").error({ error: (error as Error).message }, "job runner failed");
    }
    await sleep(RESTART_PAUSE, undefined, { signal }).catch(() => {});
  }
}

/** One life of a runner, which is never longer than that of the connection on which its lock is held. */
async function runUntilEnd(tasks: TaskList, crontab: string, signal: AbortSignal): Promise<void> {
  const lockClient = new pg.Client({ connectionString: config().database.url, application_name: "tessera jobs" });
  const lockLost = new Promise<void>((resolve) => lockClient.on("error", () => resolve()).on("end", resolve));
  await lockClient.connect();
  let sweeping: NodeJS.Timeout | undefined;
  try {
    await releaseLocksOfTheDead(lockClient);
    const runner = await launch(tasks, crontab, lockClient);
    state().isAlive = true;
    sweeping = setInterval(() => releaseLocksOfTheDead(lockClient).catch(() => {}), SWEEP_EVERY);
    const asked = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    await Promise.race([signal.aborted || asked, lockLost, runner.promise.catch(() => {})]);
    await runner.stop().catch(() => {}); // refuses only when it has ended already
  } finally {
    state().isAlive = false;
    clearInterval(sweeping);
    await lockClient.end().catch(() => {});
  }
}

function launch(taskList: TaskList, crontab: string, lockClient: pg.Client): Promise<Runner> {
  return run({
    pgPool: pool(),
    taskList,
    crontab,
    concurrency: 4,
    pollInterval: 2_000,
    noHandleSignals: true,
    logger: new Logger(() => (level, message) => {
      if (level === "error" || level === "warning") logger("jobs").warn(message);
    }),
    preset: { plugins: [heldBy(lockClient)] },
  });
}
