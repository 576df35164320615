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
import type { SessionPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { stopHolding } from "@/lib/files/uploads/hold";
import { createAppPassword } from "@/lib/identity/app-passwords";
import { stopLive } from "@/lib/notices/live";
import { dispatcher } from "@/server/dispatch";
import { tessera } from "@/tests/command-line";
import { makeUser } from "@/tests/make";
import { namesIn } from "@/tests/make-files";

/** The real command line against the server; more of what can befall it is in cli/client/put-resumable.test.ts. */

const MB = 1024 * 1024;
const SIZE = 20 * MB + 1234;
const film = randomBytes(SIZE);
const folder = mkdtempSync(path.join(os.tmpdir(), "tessera-put-"));
const file = path.join(folder, "film.bin");
let alice: SessionPrincipal;
let shell: { config: string; env: Record<string, string> };
/** What arrived of each piece. */
let pieces: { offset: number; bytes: number }[];
/** What is done when a piece has been answered; true: the answer is lost. */
let afterPiece: (count: number) => Promise<boolean | undefined>;

const dispatch = dispatcher(async (req, res) => {
  const headers = new Headers(req.headers as Record<string, string>);
  const answer = await getEntry(new Request(`http://localhost${req.url}`, { headers }));
  res.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
});
const server = http.createServer((req, res) => {
  if (req.method === "PATCH") watchPiece(req, res);
  void dispatch(req, res);
});

function watchPiece(req: http.IncomingMessage, res: http.ServerResponse): void {
  const piece = { offset: Number(req.headers["upload-offset"]), bytes: 0 };
  pieces.push(piece);
  req.pause(); // whoever takes it in lets it flow
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
});

const put = (...more: string[]) => tessera(shell, "put", file, "/", ...more);
const arrived = () => pieces.reduce((sum, { bytes }) => sum + bytes, 0);
const notes = () => {
  const at = path.join(shell.config, "tessera/uploads");
  return existsSync(at) ? readdirSync(at) : [];
};
const sumOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
async function storedSum(): Promise<string> {
  const { body } = await ownTree(alice).read(["film.bin"]);
  const hash = createHash("sha256");
  for await (const chunk of body) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

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

it("stores a large file in pieces, and does not replace what is there unless it is told to", async () => {
  const stored = await put();
  const taken = await put();
  pieces = [];
  const replaced = await put("--force");

  expect([stored.code, stored.err, taken.code, replaced.code]).toEqual([0, "1 file stored, 21.0 MB.\n", 6, 0]);
  expect([arrived(), pieces.length]).toEqual([SIZE, 6]);
  expect([await storedSum(), await namesIn(ownTree(alice))]).toEqual([sumOf(film), ["film.bin"]]);
});
