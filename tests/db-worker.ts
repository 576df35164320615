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

const TABLES = `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
  WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'
  UNION ALL VALUES ('graphile_worker._private_jobs'), ('graphile_worker._private_job_queues')`;
const RESTART =
  "SELECT setval(format('%I.%I', schemaname, sequencename), 1, false) FROM pg_sequences WHERE schemaname = 'public'";

await cloneTemplate();
const cleaner = new pg.Client({ connectionString: url.href });
await cleaner.connect();
const names = (await cleaner.query<{ name: string }>(TABLES)).rows.map(({ name }) => name);
const filled = names.map(
  (name) => `SELECT '${name}' AS name, pg_total_relation_size('${name}') < 1000000 AS "isSmall"
  WHERE EXISTS (SELECT FROM ${name})`,
);
const findFilled = { name: "filled", text: filled.join(" UNION ALL ") };
await cleaner.query("SET session_replication_role = replica"); // all go, so none is looked at for another

/** TRUNCATE takes a fifth of a second for so many tables, however little is in them: only what has grown is worth it. */
async function empty(): Promise<void> {
  for (;;) {
    const { rows } = await cleaner.query<{ name: string; isSmall: boolean }>(findFilled);
    if (rows.length === 0) return;
    const areSmall = rows.every(({ isSmall }) => isSmall);
    const statements = areSmall ? rows.map(({ name }) => `DELETE FROM ${name}`) : [`TRUNCATE ${names.join(", ")}`];
    // Again, because what the last test still had under way may be written meanwhile.
    await cleaner.query([...statements, RESTART].join(";"));
  }
}

beforeEach(empty);

afterAll(async () => {
  await cleaner.end();
  rmSync(folder, { recursive: true, force: true });
});
