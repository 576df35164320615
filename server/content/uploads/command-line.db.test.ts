import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { GET as getEntry } from "@/app/api/files/entry/route";
import { noteOf } from "@/cli/client/kept-uploads";
import { db } from "@/lib/core/db";
import type { SessionPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { stopHolding } from "@/lib/files/uploads/hold";
import { getUsage } from "@/lib/files/usage";
import { createAppPassword } from "@/lib/identity/app-passwords";
import { stopLive } from "@/lib/notices/live";
import { dispatcher } from "@/server/dispatch";
import { tessera } from "@/tests/command-line";
import { makeUser } from "@/tests/make";
import { namesIn } from "@/tests/make-files";

/** The real command line against the server, with what can befall it on the way. */

const MB = 1024 * 1024;
const SIZE = 20 * MB + 1234;
const film = randomBytes(SIZE);
const folder = mkdtempSync(path.join(os.tmpdir(), "tessera-put-"));
const file = path.join(folder, "film.bin");
let alice: SessionPrincipal;
let shell: { config: string; env: Record<string, string> };
/** What arrived of each piece, and the checksum that came with it. */
let pieces: { offset: number; bytes: number }[];
/** What is done when a piece has been answered; true: the answer is lost. */
let afterPiece: (count: number) => Promise<boolean | undefined>;
/** What the server answers instead of taking the request; undefined: it takes it. */
let refuse: (req: http.IncomingMessage) => number | undefined;

const dispatch = dispatcher(async (req, res) => {
  const headers = new Headers(req.headers as Record<string, string>);
  const answer = await getEntry(new Request(`http://localhost${req.url}`, { headers }));
  res.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
});
const server = http.createServer((req, res) => {
  const status = refuse(req);
  if (status === 0) return void req.socket.destroy();
  if (status !== undefined) return void res.writeHead(status).end();
  if (req.method === "PATCH") watchPiece(req, res);
  void dispatch(req, res);
});

function watchPiece(req: http.IncomingMessage, res: http.ServerResponse): void {
  const piece = { offset: Number(req.headers["upload-offset"]), bytes: 0 };
  pieces.push(piece);
  req.on("data", (chunk: Buffer) => {
    piece.bytes += chunk.length;
  });
  const end = res.end.bind(res) as (...given: unknown[]) => http.ServerResponse;
  res.end = ((...given: unknown[]) => {
    void afterPiece(pieces.length).then((isLost) => (isLost ? req.socket.destroy() : end(...given)));
    return res;
  }) as typeof res.end;
}

beforeAll(async () => {
  writeFileSync(file, film);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  server.closeAllConnections();
  server.close();
  await Promise.all([stopLive(), stopHolding()]);
});
beforeEach(async () => {
  alice = await makeUser({ userName: "alice" });
  const { secret } = await createAppPassword(alice, { name: "Shell", scopes: ["files"], expiresAt: null });
  const config = mkdtempSync(path.join(folder, "config-"));
  const TESSERA_CLOUD = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  shell = { config, env: { TESSERA_CLOUD, TESSERA_USER: "alice", TESSERA_APP_PASSWORD: secret } };
  pieces = [];
  afterPiece = async () => undefined;
  refuse = () => undefined;
});

const put = (...more: string[]) => tessera(shell, "put", file, "/", ...more);
const arrived = () => pieces.reduce((sum, { bytes }) => sum + bytes, 0);
const notes = () => {
  const at = path.join(shell.config, "tessera/uploads");
  return existsSync(at) ? readdirSync(at) : [];
};
const sumOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
async function storedSum(at = "/film.bin"): Promise<string> {
  const { body } = await ownTree(alice).read(at.split("/").slice(1));
  const hash = createHash("sha256");
  for await (const chunk of body) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

it("sends a large file in pieces, once, and leaves no note of it", async () => {
  const { code, err } = await put();

  expect([code, err]).toEqual([0, "1 file stored, 21.0 MB.\n"]);
  expect([arrived(), pieces.length]).toEqual([SIZE, 6]);
  expect([await storedSum(), notes()]).toEqual([sumOf(film), []]);
  expect((await getUsage(alice)).used).toBe(SIZE);
});

it("goes on where it was when it was killed in the middle and is called again", async () => {
  let child: ChildProcess | undefined;
  afterPiece = async (count) => {
    if (count === 3) child?.kill("SIGKILL");
    return count === 3;
  };
  const env = { PATH: process.env.PATH ?? "", HOME: shell.config, XDG_CONFIG_HOME: shell.config, ...shell.env };
  const program = path.resolve("scripts/tessera.mjs");
  child = spawn(process.execPath, [program, "put", file, "/"], { env: { ...env, NODE_ENV: "test" }, stdio: "ignore" });
  await once(child, "exit");
  const before = { arrived: arrived(), notes: notes().length, names: await namesIn(ownTree(alice)) };

  const { code } = await put();

  expect(before).toEqual({ arrived: 12 * MB, notes: 1, names: [] });
  expect([code, arrived()]).toEqual([0, SIZE]); // what had come came once
  expect([await storedSum(), notes()]).toEqual([sumOf(film), []]);
});

it("goes on by itself after a loss of the network, with what arrived and was never answered", async () => {
  let down = 0;
  afterPiece = async (count) => {
    if (count === 2) down = 2;
    return count === 2;
  };
  refuse = () => (down-- > 0 ? 0 : undefined);

  const { code } = await put();

  expect([code, arrived()]).toEqual([0, SIZE]);
  expect(await storedSum()).toBe(sumOf(film));
});

it("asks again for the end when that answer was lost, and makes one file", async () => {
  afterPiece = async (count) => count === 6;

  const { code, out } = await tessera(shell, "put", file, "/", "--json");

  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject([{ name: "film.bin", size: SIZE }]);
  expect(await namesIn(ownTree(alice))).toEqual(["film.bin"]);
});

it("begins anew what the cloud has forgotten, when it is called again", async () => {
  afterPiece = async (count) => {
    if (count === 2) await db().resumableUpload.deleteMany({ where: { ownerId: alice.userId } });
    return undefined;
  };
  const forgotten = await put();
  const left = notes();
  pieces = [];

  const again = await put();

  expect([forgotten.code, left, again.code, arrived()]).toEqual([4, [], 0, SIZE]);
});

it("takes a file that has changed since, another place and another wish for another upload", () => {
  const account = { origin: "https://cloud.example.org", userName: "alice", secret: "" };
  const source = { file: "a", size: 1, modifiedMs: 1 };
  const target = { account, drive: "/a", conflict: "ask" };
  const changed = [{ size: 2 }, { modifiedMs: 2 }, { file: "b" }].map((change) =>
    noteOf({ ...source, ...change }, target),
  );
  const aimed = [{ drive: "/b" }, { conflict: "replace" }, { account: { ...account, userName: "bob" } }].map((change) =>
    noteOf(source, { ...target, ...change }),
  );

  expect(new Set([noteOf(source, target), ...changed, ...aimed]).size).toBe(7);
  expect(noteOf({ ...source, file: path.resolve("a") }, target)).toBe(noteOf(source, target));
});

it("asks about a taken name before it sends anything, and sends in one where only versions would make room", async () => {
  await put();
  pieces = [];
  const taken = await put();
  const skipped = await put("--skip-existing");
  await db().user.updateMany({ where: { id: alice.userId }, data: { quota: SIZE + 5 * MB } });
  const replaced = await put("--force");

  expect([taken.code, skipped.code, replaced.code]).toEqual([6, 0, 0]);
  expect(pieces).toEqual([]);
  expect(await storedSum()).toBe(sumOf(film));
});

it("does not send a file that changes meanwhile as if it were one", async () => {
  const growing = path.join(folder, "growing.bin");
  writeFileSync(growing, film);
  afterPiece = async (count) => {
    if (count === 2) writeFileSync(growing, film.subarray(0, SIZE - 1));
    return undefined;
  };

  const { code, err } = await tessera(shell, "put", growing, "/");

  expect([code, err]).toEqual([1, expect.stringContaining("has changed while it was sent")]);
  expect(await namesIn(ownTree(alice))).toEqual([]);
});
