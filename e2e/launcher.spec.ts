import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import type pg from "pg";
import { withClient } from "@/scripts/lib/database.mjs";
import { findRunning } from "@/scripts/lib/own-database.mjs";
import { freePort } from "@/scripts/lib/ports.mjs";
import { isAlive } from "@/tests/program";

// `npm start` as a process, and what it does when the things it started, or it itself, are killed.
test.describe.configure({ mode: "serial" });

let folder: string;
let port: number;
let launcher: ChildProcess;
let output = "";

function launch(environment: Record<string, string>): ChildProcess {
  const { DATABASE_URL: _other, ...inherited } = process.env;
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    env: { ...inherited, DATA_DIR: folder, PORT: String(port), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout?.on("data", (bytes) => {
    output += bytes;
  });
  child.stderr?.on("data", (bytes) => {
    output += bytes;
  });
  return child;
}

async function start(): Promise<void> {
  output = "";
  launcher = launch({});
  await expect.poll(() => output, { timeout: 60_000 }).toContain("Ctrl-C");
}

/** What a launcher that cannot run says, and its exit code. */
async function refusal(environment: Record<string, string>): Promise<{ said: string; code: number | null }> {
  output = "";
  const child = launch(environment);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { said: output.trim(), code };
}

const answers = () =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    (response) => response.ok,
    () => false,
  );

const postmaster = () => Number.parseInt(readFileSync(path.join(folder, "pg/postmaster.pid"), "utf8"), 10);

/** The server, found as the child of the launcher that is not the database's watchdog. */
function serverPid(): number {
  const children = readFileSync(`/proc/${launcher.pid}/task/${launcher.pid}/children`, "utf8").trim().split(" ");
  const server = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("dist/server.mjs"));
  return Number(server);
}

/** A query as the superuser of the embedded database. */
async function query(sql: string): Promise<pg.QueryResult> {
  const cluster = await findRunning(path.join(folder, "pg"));
  if (!cluster) throw new Error("The database does not run.");
  return withClient(cluster.urlOf("postgres"), (client: pg.Client) => client.query(sql));
}

test.beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "tessera-launcher-"));
  chmodSync(folder, 0o711); // root's database runs as another user
  port = await freePort();
  await start();
});

test.afterAll(async () => {
  if (launcher.exitCode === null && launcher.signalCode === null) {
    launcher.kill("SIGTERM");
    await new Promise((resolve) => launcher.on("close", resolve));
  }
  rmSync(folder, { recursive: true, force: true });
});

test("a server that is killed comes back", async () => {
  const before = serverPid();

  process.kill(before, "SIGKILL");

  await expect.poll(answers).toBe(false);
  await expect.poll(answers, { timeout: 20_000 }).toBe(true);
  expect(serverPid()).not.toBe(before);
});

test("a database that is killed comes back with every committed row", async () => {
  await query("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number");
  const before = postmaster();

  process.kill(before, "SIGKILL");

  const count = () =>
    query("SELECT count(*)::int AS count FROM kept").then(
      ({ rows }) => rows[0].count,
      () => null,
    );
  await expect.poll(() => output, { timeout: 20_000 }).toContain("The database is back");
  await expect.poll(count, { timeout: 20_000 }).toBe(1000);
  expect(postmaster()).not.toBe(before);
});

test("each cloud's role owns its database and has no further rights", async () => {
  const { rows } = await query(`SELECT rolsuper OR rolcreatedb OR rolcreaterole AS "isMighty",
    has_database_privilege('tessera', 'postgres', 'CONNECT') AS "mayLookAround" FROM pg_roles WHERE rolname = 'tessera'`);

  expect(rows).toEqual([{ isMighty: false, mayLookAround: false }]);
});

test("a second launcher on the same folder says so", async () => {
  const { said, code } = await refusal({});

  expect(said).toBe(`Tessera is already running on ${folder}. Stop it first, or name another folder with DATA_DIR=.`);
  expect(code).toBe(1);
});

test("everything is gone within ten seconds of the launcher's sudden death", async () => {
  const pids = [serverPid(), postmaster()];

  launcher.kill("SIGKILL");

  await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
});

test("it starts again after that, and a SIGTERM ends all of it cleanly", async () => {
  await start();
  const pids = [serverPid(), postmaster()];

  launcher.kill("SIGTERM");
  const code = await new Promise((resolve) => launcher.on("close", resolve));

  expect(code).toBe(0);
  expect(pids.filter(isAlive)).toEqual([]);
});

test("a port that is taken gets a sentence", async () => {
  const squatter = http.createServer().listen(port, "127.0.0.1");

  const { said, code } = await refusal({});
  squatter.close();

  expect(said).toBe(`Port ${port} is in use by another program. Choose another with PORT=${port + 10}.`);
  expect(code).toBe(1);
});

test("wrong settings get a sentence each", async () => {
  const origin = await refusal({ PUBLIC_ORIGIN: "cloud.example.org" });
  const wrongPort = await refusal({ PORT: "many" });
  const address = await refusal({ DATABASE_URL: "mysql://localhost/cloud" });
  const silent = await refusal({ DATABASE_URL: `postgresql://alice@127.0.0.1:${port}/cloud` });

  expect(origin.said).toMatch(/^PUBLIC_ORIGIN must look like https:\/\/cloud\.example\.org/);
  expect(wrongPort.said).toBe("PORT must be a port between 1 and 65535.");
  expect(address.said).toContain("DATABASE_URL is not a URL of the form postgresql:");
  expect(silent.said).toContain(`The database at 127.0.0.1:${port} cannot be reached`);
});
