import { readdir } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { pool } from "@/lib/core/db";
import { blobStore } from "@/lib/files/blobs/store";
import { runnerIsAlive } from "@/lib/jobs/runner";

const PATIENCE = 3_000;
/** Anybody may ask, as often as he likes: the checks run once for all who ask meanwhile, and for a while after. */
const FRESH = 3_000;

type Checks = Record<string, boolean>;
let running: Promise<Checks> | undefined;

function answer(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" }).end(JSON.stringify(body));
}

/** Whether the process answers at all. */
export function answerHealth(res: ServerResponse): void {
  answer(res, 200, { status: "ok" });
}

/** Whether it can do its work; says of each part how it stands, and nothing else. */
export async function answerReadiness(res: ServerResponse): Promise<void> {
  running ??= runChecks().finally(() => setTimeout(() => (running = undefined), FRESH).unref());
  const checks = await running;
  const isReady = Object.values(checks).every(Boolean);
  answer(res, isReady ? 200 : 503, { status: isReady ? "ok" : "not ready", checks });
}

async function runChecks(): Promise<Checks> {
  const parts = {
    database: pool().query("SELECT 1"),
    migrations: checkMigrations(),
    store: blobStore().probe(),
    jobs: checkJobs(),
  };
  const names = Object.keys(parts);
  const results = await Promise.allSettled(Object.values(parts).map(withPatience));
  return Object.fromEntries(results.map(({ status }, index) => [names[index], status === "fulfilled"]));
}

async function withPatience(check: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), PATIENCE);
  });
  await Promise.race([check, tooLong]).finally(() => clearTimeout(timer));
}

/** The migrations that this version brings are those that the database has seen. */
async function checkMigrations(): Promise<void> {
  const entries = await readdir("prisma/migrations", { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const { rows } = await pool().query<{ name: string }>(
    `SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
  );
  const applied = new Set(rows.map(({ name }) => name));
  if (names.length !== applied.size || !names.every((name) => applied.has(name))) throw new Error("migrations differ");
}

async function checkJobs(): Promise<void> {
  if (!runnerIsAlive()) throw new Error("no job runner");
}
