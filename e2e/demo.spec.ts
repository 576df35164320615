import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { freePort } from "@/scripts/lib/ports.mjs";
import { type CloudClient, signIn } from "@/tests/cloud-client";
import { isAlive } from "@/tests/program";

// `npm run demo` as it is typed, a SIGTERM to npm, which ends npm and its shell but says nothing to the script, and a
// Ctrl-C, which all of them get.
test.describe.configure({ mode: "serial" });
test.slow();

let folder: string;
let ports: [number, number];
let npm: ChildProcess;
let output = "";

function start(): void {
  output = "";
  const environment = { DATA_DIR: folder, DEMO_PORT_A: String(ports[0]), DEMO_PORT_B: String(ports[1]) };
  npm = spawn("npm", ["run", "demo"], {
    env: { ...process.env, ...environment },
    detached: true, // a group of its own, as in a terminal
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [npm.stdout, npm.stderr]) {
    stream?.on("data", (bytes) => {
      output += bytes;
    });
  }
}

const isUp = () => expect.poll(() => output, { timeout: 90_000 }).toContain("Ctrl-C stops everything.");

/** The table of logins, as it is printed. */
function logins() {
  const rows = output.split("\n").map((line) => line.trim().split(/ {3,}/));
  const people = rows.filter(([origin, , , , role]) => origin?.startsWith("http://") && role);
  return people.map(([origin = "", name, userName = "", password = "", role]) => {
    return { origin, name, userName, password, role };
  });
}

async function signInAs(name: string): Promise<CloudClient> {
  const login = logins().find((one) => one.userName === name);
  if (!login) throw new Error(`No ${name} in:\n${output}`);
  return signIn(login.origin, login.userName, login.password);
}

const namesIn = async (client: CloudClient) =>
  (await client.json<{ items: { name: string }[] }>("GET", "/api/files?path=/&limit=100")).items.map(
    ({ name }) => name,
  );

async function answering(): Promise<number[]> {
  const answers = ports.map((port) =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      () => [port],
      () => [],
    ),
  );
  return (await Promise.all(answers)).flat();
}

test.beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "tessera-demo-"));
  chmodSync(folder, 0o711); // root's database runs as another user
  ports = [await freePort(), await freePort()];
  start();
});
test.afterAll(async () => {
  if (npm.exitCode === null && npm.signalCode === null) await endByNpm();
  rmSync(folder, { recursive: true, force: true });
});

const postmaster = () => Number.parseInt(readFileSync(path.join(folder, "pg/postmaster.pid"), "utf8"), 10);

/** Tells npm to end; resolves when everything that it started is gone. */
async function endByNpm(): Promise<void> {
  const database = postmaster();
  npm.kill("SIGTERM");
  await expect.poll(answering, { timeout: 20_000 }).toEqual([]);
  await expect.poll(() => isAlive(database), { timeout: 20_000 }).toBe(false);
}

/** Whether the database that stopped here need not be repaired: what its control file says of its state. */
const isWhole = () => readFileSync(path.join(folder, "pg/global/pg_control")).readUInt32LE(16) === 1;

test("starts two clouds and prints who can sign in where, and they can", async () => {
  await isUp();

  const [a, b] = ports.map((port, index) => `http://${"ab"[index]}.localhost:${port}`);
  expect(logins().map(({ origin, name, role }) => [origin, name, role])).toEqual([
    [a, "Admin", "administrator"],
    [a, "Alice", "person"],
    [a, "Carol", "person"],
    [b, "Admin", "administrator"],
    [b, "Bob", "person"],
    [b, "Dave", "person"],
  ]);
  const [alice, bob] = [await signInAs("alice"), await signInAs("bob")];
  expect((await namesIn(alice)).length).toBeGreaterThan(2);
  expect((await namesIn(bob)).length).toBeGreaterThan(2);
});

test("ends all of it when npm is told to end", async () => {
  const alice = await signInAs("alice");
  await alice.json("POST", "/api/files/folders", { path: "/Kept" });

  await endByNpm();

  expect(output).toContain("stopping…");
  expect(isWhole()).toBe(true);
});

test("goes on with what is there when it is started again, with the same logins and nothing to be done first", async () => {
  const before = logins();
  start();
  await isUp();

  expect(logins()).toEqual(before);
  for (const work of ["installing", "generating", "building", "migrations applied"]) expect(output).not.toContain(work);
  const files = await namesIn(await signInAs("alice"));
  expect(files.filter((name) => name === "Kept")).toEqual(["Kept"]);
  expect(new Set(files).size).toBe(files.length);
});

test("ends all of it on a Ctrl-C, and leaves a database that is whole", async () => {
  const database = postmaster();
  expect(isWhole()).toBe(false);
  const ended = new Promise((resolve) => npm.on("close", resolve));

  process.kill(-Number(npm.pid), "SIGINT");

  await ended; // also whoever else could write what npm shows
  expect(output.match(/stopping…/g)).toHaveLength(1);
  expect(await answering()).toEqual([]);
  expect(isAlive(database)).toBe(false);
  expect(isWhole()).toBe(true);
});
