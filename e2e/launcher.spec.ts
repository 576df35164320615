import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "@playwright/test";
import type pg from "pg";
import { canConnect, ensureOwnDatabase, withClient } from "@/scripts/lib/database.mjs";
import { findRunning } from "@/scripts/lib/own-database.mjs";
import { freePort } from "@/scripts/lib/ports.mjs";
import { startPostgres } from "@/scripts/lib/postgres.mjs";
import { type CloudClient, signIn } from "@/tests/cloud-client";
import { isAlive } from "@/tests/program";

// `npm start` as a process, and what it does when the things it started, or it itself, are killed.
test.describe.configure({ mode: "serial" });

const MB = 1024 * 1024;
const ADMIN = { ADMIN_NAME: "Ada", ADMIN_USER: "ada", ADMIN_PASSWORD: "the first of all" };

let folder: string;
let port: number;
let launcher: ChildProcess;
let output = "";
/** What was uploaded while the cloud was being stopped. */
let kept: Buffer;
/** A database server that no launcher has started. */
let foreign: Awaited<ReturnType<typeof startPostgres>> | undefined;

const onHopeless = (error: Error) => {
  throw error;
};

function launch(environment: Record<string, string>): ChildProcess {
  const { DATABASE_URL: _other, ...inherited } = process.env;
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    env: { ...inherited, ...ADMIN, DATA_DIR: folder, PORT: String(port), ...environment },
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

async function start(environment: Record<string, string> = {}): Promise<void> {
  output = "";
  launcher = launch(environment);
  await expect.poll(() => output, { timeout: 60_000 }).toContain("Ctrl-C");
}

/** Tells the launcher to end; resolves with its exit code. */
function end(): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => launcher.on("close", resolve));
  launcher.kill("SIGTERM");
  return ended;
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

const childrenOfLauncher = () =>
  readFileSync(`/proc/${launcher.pid}/task/${launcher.pid}/children`, "utf8").trim().split(" ").map(Number);

/** The server, found as the child of the launcher that is not the database's watchdog. */
function serverPid(): number {
  const isServer = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("dist/server.mjs");
  return childrenOfLauncher().find(isServer) ?? Number.NaN;
}

/** A query as the superuser of the embedded database. */
async function query(sql: string, database = "postgres"): Promise<pg.QueryResult> {
  const cluster = await findRunning(path.join(folder, "pg"));
  if (!cluster) throw new Error("The database does not run.");
  return withClient(cluster.urlOf(database), (client: pg.Client) => client.query(sql));
}

const signInAsAda = () => signIn(`http://localhost:${port}`, ADMIN.ADMIN_USER, ADMIN.ADMIN_PASSWORD);
const atPath = (name: string) => `/content/files?path=/${name}`;

/** An upload of which the first half has come; `finish` sends the other one. */
async function uploadHalf(client: CloudClient, name: string) {
  const leases = async () => (await query(`SELECT FROM "UploadLease"`, "tessera")).rowCount ?? 0;
  const before = await leases();
  const bytes = randomBytes(4 * MB);
  const body = new Readable({ read() {} });
  body.push(bytes.subarray(0, 2 * MB));
  const answer = client.send("PUT", atPath(name), { body });
  answer.catch(() => {}); // whoever waits for it is told
  await expect.poll(leases).toBe(before + 1);
  const finish = () => {
    body.push(bytes.subarray(2 * MB));
    body.push(null);
  };
  return { bytes, answer, finish };
}

/** What `/readyz` says of each part. */
const readiness = () =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(async (answer) => [answer.status, (await answer.json()).checks]);

test.beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "tessera-launcher-"));
  chmodSync(folder, 0o711); // root's database runs as another user
  port = await freePort();
  await start();
});

test.afterAll(async () => {
  if (launcher.exitCode === null && launcher.signalCode === null) await end();
  await foreign?.stop();
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

test("readiness names what is missing while the process is healthy, and is back when that is", async () => {
  const blobs = path.join(folder, "blobs");
  const newest = "migration_name = (SELECT max(migration_name) FROM _prisma_migrations)";
  const letConnect = (may: boolean) => query(`ALTER DATABASE tessera ALLOW_CONNECTIONS ${may}`);

  await query(`UPDATE _prisma_migrations SET rolled_back_at = now() WHERE ${newest}`, "tessera");
  symlinkSync(path.join(folder, "a disk that is not there"), blobs);
  await expect.poll(readiness).toEqual([503, { database: true, migrations: false, store: false, jobs: true }]);
  expect(await answers()).toBe(true);

  await query(`UPDATE _prisma_migrations SET rolled_back_at = NULL WHERE ${newest}`, "tessera");
  rmSync(blobs);
  await letConnect(false);
  await query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'tessera'");
  await expect.poll(readiness).toEqual([503, { database: false, migrations: false, store: true, jobs: false }]);
  expect(await answers()).toBe(true);

  await letConnect(true);
  await expect.poll(readiness).toEqual([200, { database: true, migrations: true, store: true, jobs: true }]);
});

test("everything is gone within ten seconds of the launcher's sudden death, whatever is under way", async () => {
  const pids = [serverPid(), postmaster()];
  const { answer } = await uploadHalf(await signInAsAda(), "never.bin");

  launcher.kill("SIGKILL");

  await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  await expect(answer).rejects.toThrow();
});

test("it starts again after that, and a SIGTERM ends all of it cleanly, but no transfer in its middle", async () => {
  await start();
  const pids = [serverPid(), postmaster()];
  const ada = await signInAsAda();
  const film = randomBytes(34 * MB); // more than waits on the way to a slow reader
  await ada.send("PUT", atPath("film.bin"), { body: film }).then(({ body }) => body.dump());
  const download = await ada.send("GET", atPath("film.bin"));
  const upload = await uploadHalf(ada, "kept.bin");

  const ended = end();
  await expect.poll(answers).toBe(false);
  expect(pids.filter(isAlive)).toEqual(pids);
  upload.finish();
  const [answer, received] = await Promise.all([upload.answer, download.body.bytes()]);

  expect(answer.statusCode).toBe(201);
  expect(film.equals(received)).toBe(true);
  expect(await ended).toBe(0);
  expect(pids.filter(isAlive)).toEqual([]);
  kept = upload.bytes;
});

test("with DATABASE_URL it uses that server and starts none, has every file, and leaves the database running", async () => {
  const elsewhere = path.join(folder, "elsewhere");
  mkdirSync(elsewhere);
  for (const name of ["pg", "pg.password"]) renameSync(path.join(folder, name), path.join(elsewhere, name));
  foreign = await startPostgres({
    folder: path.join(elsewhere, "pg"),
    logFile: path.join(elsewhere, "log"),
    onHopeless,
  });
  const url = await ensureOwnDatabase(foreign, "tessera");

  await start({ DATABASE_URL: url });
  const stored = await (await signInAsAda()).send("GET", atPath("kept.bin"));
  const children = childrenOfLauncher();
  const page = await fetch(`http://127.0.0.1:${port}/sign-in`);

  expect(page.status).toBe(200);
  expect(kept.equals(await stored.body.bytes())).toBe(true);
  expect(children).toEqual([serverPid()]);
  expect(existsSync(path.join(folder, "pg"))).toBe(false);
  expect(await end()).toBe(0);
  expect(children.filter(isAlive)).toEqual([]);
  expect(await canConnect(url)).toBe(true);
});

test("a database that DATABASE_URL does not open gets a sentence", async () => {
  const where = `127.0.0.1:${foreign?.port}`;
  const wrong = await refusal({ DATABASE_URL: `postgresql://tessera:guessed@${where}/tessera` });
  const missing = await refusal({ DATABASE_URL: String(foreign?.urlOf("nowhere")) });
  const silent = await refusal({ DATABASE_URL: `postgresql://alice@127.0.0.1:${port}/cloud` });
  const address = await refusal({ DATABASE_URL: "mysql://localhost/cloud" });

  expect(wrong).toEqual({
    said: `The database at ${where} refuses the user tessera or the password. Check DATABASE_URL.`,
    code: 1,
  });
  expect(missing).toEqual({
    said: `The database nowhere does not exist at ${where}. Create it, or check DATABASE_URL.`,
    code: 1,
  });
  expect(silent.said).toMatch(
    new RegExp(`^The database at 127.0.0.1:${port} cannot be reached .*. Check DATABASE_URL.$`),
  );
  expect(address.said).toMatch(/^DATABASE_URL is not a URL of the form postgresql:.*$/);
  expect([silent.code, address.code]).toEqual([1, 1]);
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

  expect(origin.said).toMatch(/^PUBLIC_ORIGIN must look like https:\/\/cloud\.example\.org/);
  expect(wrongPort.said).toBe("PORT must be a port between 1 and 65535.");
});
