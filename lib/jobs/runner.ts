import { setTimeout as sleep } from "node:timers/promises";
import { Logger, type Runner, run, type TaskList } from "graphile-worker";
import pg from "pg";
import { config } from "@/lib/core/config";
import { pool } from "@/lib/core/db";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { heldBy, releaseLocksOfTheDead } from "./internal/worker-locks";

export type JobRunner = { stop(): Promise<void> };

const WORKERS = 4;
/**
 * Twice as many as there are queues for clouds that may be silent (lib/delivery/internal/wake.ts): the other half is
 * left for those that answer. They may be more than there are connections to the database: who
 * waits for the network holds none.
 */
const WAITING_WORKERS = 24;
const RESTART_PAUSE = 2_000;
const SWEEP_EVERY = 60_000;
const state = () => once("job-runner", () => ({ isAlive: false }));

/** Whether jobs are being run by this process just now. */
export function runnerIsAlive(): boolean {
  return state().isAlive;
}

/** The jobs of a process: names and the functions that do them, and a crontab that says which run when. */
export type Jobs = {
  tasks: TaskList;
  /** Those that wait for somebody else: done by workers of their own, so that nothing else waits with them. */
  waitingTasks?: TaskList;
  crontab?: string;
};

/** Runs jobs until stopped. A runner that ends unasked (its database went away, say) is started again. */
export function startRunner(jobs: Jobs): JobRunner {
  const stopping = new AbortController();
  const finished = keepRunning(jobs, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await finished;
    },
  };
}

async function keepRunning(jobs: Jobs, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await runUntilEnd(jobs, signal);
      if (!signal.aborted) logger("jobs").warn("job runner ended unasked");
    } catch (error) {
      logger("jobs").error({ error: (error as Error).message }, "job runner failed");
    }
    await sleep(RESTART_PAUSE, undefined, { signal }).catch(() => {});
  }
}

/** One life of a runner, which is never longer than that of the connection on which its lock is held. */
async function runUntilEnd(jobs: Jobs, signal: AbortSignal): Promise<void> {
  const lockClient = new pg.Client({ connectionString: config().database.url, application_name: "tessera jobs" });
  const lockLost = new Promise<void>((resolve) => lockClient.on("error", () => resolve()).on("end", resolve));
  await lockClient.connect();
  let sweeping: NodeJS.Timeout | undefined;
  const runners: Runner[] = [];
  try {
    await releaseLocksOfTheDead(lockClient);
    const { tasks, waitingTasks, crontab = "" } = jobs;
    runners.push(await launch(tasks, WORKERS, crontab, lockClient));
    if (waitingTasks) runners.push(await launch(waitingTasks, WAITING_WORKERS, "", lockClient));
    state().isAlive = true;
    sweeping = setInterval(() => releaseLocksOfTheDead(lockClient).catch(() => {}), SWEEP_EVERY);
    const asked = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    await Promise.race([signal.aborted || asked, lockLost, ...runners.map(({ promise }) => promise.catch(() => {}))]);
  } finally {
    state().isAlive = false;
    clearInterval(sweeping);
    await Promise.all(runners.map((runner) => runner.stop().catch(() => {}))); // refuses only when it has ended already
    await lockClient.end().catch(() => {});
  }
}

function launch(taskList: TaskList, concurrency: number, crontab: string, lockClient: pg.Client): Promise<Runner> {
  return run({
    pgPool: pool(),
    taskList,
    crontab,
    concurrency,
    pollInterval: 2_000,
    noHandleSignals: true,
    logger: new Logger(() => (level, message) => {
      if (level === "error" || level === "warning") logger("jobs").warn(message);
    }),
    preset: { plugins: [heldBy(lockClient)] },
  });
}
