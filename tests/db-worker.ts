import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeEach, inject } from "vitest";

// Runs in each worker before a test file is loaded: what `lib` reads from the environment must be there first.

const adminUrl = inject("adminUrl");
const template = inject("template");
const database = `${template}_${process.env.VITEST_POOL_ID}`;
const url = new URL(adminUrl);
url.pathname = database;
const folder = mkdtempSync(path.join(os.tmpdir(), "tessera-data-"));

process.env.DATABASE_URL = url.href;
process.env.DATABASE_POOL = "5";
process.env.SECRET_KEY = Buffer.alloc(32, 7).toString("base64url");
process.env.PUBLIC_ORIGIN = "http://test.localhost";
process.env.DATA_DIR = folder;
process.env.OUTBOUND_EXCEPTIONS = "peer.localhost=127.0.0.1"; // tests/peer.ts
process.env.LOG_LEVEL = "silent";

async function cloneTemplate(): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [database]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${database} TEMPLATE ${template}`);
  await client.end();
}

const ALL_TABLES = `SELECT string_agg(format('%I', tablename), ', ') AS names FROM pg_tables
  WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`;
const EMPTY_QUEUE = "TRUNCATE graphile_worker._private_jobs, graphile_worker._private_job_queues";

await cloneTemplate();
const cleaner = new pg.Client({ connectionString: url.href });
await cleaner.connect();
const { names } = (await cleaner.query<{ names: string }>(ALL_TABLES)).rows[0] ?? {};

beforeEach(async () => {
  await cleaner.query(`TRUNCATE ${names} RESTART IDENTITY CASCADE; ${EMPTY_QUEUE}`);
});

afterAll(async () => {
  await cleaner.end();
  rmSync(folder, { recursive: true, force: true });
});
