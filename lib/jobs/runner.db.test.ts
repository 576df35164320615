import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import pg from "pg";
import { afterEach, expect, it, vi } from "vitest";
import { db, pool } from "@/lib/core/db";
import { messageOf, startProgram } from "@/tests/program";
import { enqueue } from "./enqueue";
import { type JobRunner, runnerIsAlive, startRunner } from "./runner";

let runner: JobRunner | undefined;
let program: ChildProcess | undefined;
afterEach(async () => {
  program?.kill("SIGKILL");
  await runner?.stop();
  runner = undefined;
});

type Payload = { n: number };
/** Runs jobs here; returns the payloads of those that were done, as they come. */
function run(): Payload[] {
  const done: Payload[] = [];
  const note = async (payload: unknown) => {
    done.push(payload as Payload);
  };
  runner = startRunner({ tasks: { "test-job": note, "other-job": note } });
  return done;
}
const add = (n: number, options = {}, name = "test-job") =>
  db().$transaction((tx) => enqueue(tx, name, { n }, options));

it("runs a job with its payload", async () => {
  await add(1);

  const done = run();

  await vi.waitFor(() => expect(done).toEqual([{ n: 1 }]), 5_000);
  expect(runnerIsAlive()).toBe(true);
});

it("forgets a job whose transaction is rolled back", async () => {
  const failing = db().$transaction(async (tx) => {
    await enqueue(tx, "test-job", { n: 1 });
    throw new Error("rolled back");
  });
  await expect(failing).rejects.toThrow("rolled back");
  await add(2);

  const done = run();

  await vi.waitFor(() => expect(done).toEqual([{ n: 2 }]), 5_000);
});

it("keeps one job per key, the last one", async () => {
  await add(1, { key: "same" });
  await add(2, { key: "same" });

  const done = run();

  await vi.waitFor(() => expect(done).toEqual([{ n: 2 }]), 5_000);
});

it("waits until a job is due", async () => {
  await add(1, { runAt: new Date(Date.now() + 3_600_000) });
  await add(2);

  const done = run();

  await vi.waitFor(() => expect(done).toEqual([{ n: 2 }]), 5_000);
});

it("runs the jobs of a killed process again, and those of its queue", async () => {
  await add(1, { queue: "one-by-one" });
  program = startProgram("stuck-worker");
  await messageOf(program);
  program.kill("SIGKILL");
  await once(program, "exit");
  await add(2, { queue: "one-by-one" }, "other-job");

  const done = run();

  await vi.waitFor(() => expect(done.map(({ n }) => n).sort()).toEqual([1, 2]), 10_000);
});

it("leaves the jobs of a living process alone", async () => {
  await add(1);
  program = startProgram("stuck-worker");
  await messageOf(program);
  await add(2, {}, "other-job");

  const done = run();

  await vi.waitFor(() => expect(done).toEqual([{ n: 2 }]), 5_000);
});

it("comes back when its connections are cut", async () => {
  const done = run();
  await vi.waitFor(() => expect(runnerIsAlive()).toBe(true), 5_000);
  const killer = new pg.Client({ connectionString: process.env.DATABASE_URL, application_name: "killer" });
  await killer.connect();

  await killer.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'tessera jobs'`,
  );
  await killer.end();
  await vi.waitFor(() => expect(runnerIsAlive()).toBe(false), 5_000);
  await add(1);

  await vi.waitFor(() => expect(done).toEqual([{ n: 1 }]), 10_000);
  expect(await pool().query("SELECT 1")).toBeDefined();
});

it("does its own work while jobs wait for others, however many", async () => {
  const done: Payload[] = [];
  let release = () => {};
  const isReleased = new Promise<void>((resolve) => {
    release = resolve;
  });
  let waiting = 0;
  const wait = async () => {
    waiting++;
    await isReleased;
  };
  const note = async (payload: unknown) => void done.push(payload as Payload);
  for (let n = 0; n < 40; n++) await add(n, {}, "waiting-job");
  runner = startRunner({ tasks: { "test-job": note }, waitingTasks: { "waiting-job": wait } });
  await vi.waitFor(() => expect(waiting).toBe(24), 5_000);

  await add(1);

  await vi.waitFor(() => expect(done).toEqual([{ n: 1 }]), 5_000);
  expect(waiting).toBe(24);
  release();
});
