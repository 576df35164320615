import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { tessera } from "@/tests/command-line";
import { noteOf } from "./kept-uploads";

// What becomes of a large file when a cloud, or the way to it, fails; a running cloud is in
// server/content/uploads/command-line.db.test.ts.

const MB = 1024 * 1024;
const SIZE = 20 * MB + 1234;
const UPLOAD = "/content/uploads/01234567-0123-0123-0123-0123456789ab";
const film = randomBytes(SIZE);
const folder = mkdtempSync(path.join(os.tmpdir(), "tessera-put-"));
const file = path.join(folder, "film.bin");
let shell: { config: string; env: Record<string, string> };
/** What the cloud has: of the upload, if there is one, and the file, once it is made. */
let cloud: { upload: Buffer | null; made: Buffer | null; puts: number; pieces: number[] };
/** Refuses to begin an upload so. */
let refusal: { status: number; code: string } | undefined;
/** What happens to the answer to each piece, counted from one. */
let after: (count: number) => "lost" | "damaged" | undefined;
/** So many connections break before anything is heard. */
let breaks: number;

const json = (res: ServerResponse, status: number, body: object) =>
  res.writeHead(status, { "content-type": "application/problem+json" }).end(JSON.stringify(body));
const refuse = (res: ServerResponse, status: number, code: string) => json(res, status, { code, detail: `${code}.` });
/** The last byte is acknowledged with the file only. */
const offset = () => Math.min(cloud.upload?.length ?? 0, cloud.made ? SIZE : SIZE - 1);
const state = () => ({
  "upload-offset": offset(),
  ...(cloud.made && { "content-location": "/content/files?path=%2Ffilm.bin" }),
});

async function takePiece(req: IncomingMessage, res: ServerResponse): Promise<unknown> {
  const from = Number(req.headers["upload-offset"]);
  const piece = await buffer(req);
  const what = after(cloud.pieces.push(piece.length));
  const sum = `sha256 ${createHash("sha256").update(piece).digest("base64")}`;
  if (what === "damaged" || sum !== req.headers["upload-checksum"]) return refuse(res, 460, "CHECKSUM_MISMATCH");
  if (!cloud.upload) return refuse(res, 404, "UPLOAD_NOT_FOUND");
  if (from !== offset()) return refuse(res, 409, "OFFSET_MISMATCH");
  cloud.upload = Buffer.concat([cloud.upload.subarray(0, from), piece]);
  if (cloud.upload.length === SIZE) cloud.made = cloud.upload;
  return what === "lost" ? req.socket.destroy() : res.writeHead(204, state()).end();
}

async function answer(req: IncomingMessage, res: ServerResponse): Promise<unknown> {
  const { method, url = "" } = req;
  if (breaks-- > 0) return req.socket.destroy();
  if (url === "/api/files/entry?path=%2F") return json(res, 200, { kind: "folder", name: "" });
  if (url.startsWith("/api/files/entry") && cloud.made) return json(res, 200, { kind: "file", name: "film.bin" });
  if (method === "PATCH") return takePiece(req, res);
  if (method === "HEAD") return cloud.upload ? res.writeHead(200, state()).end() : res.writeHead(404).end();
  if (method === "PUT") {
    cloud.puts++;
    cloud.made = await buffer(req);
    return json(res, 201, { name: "film.bin" });
  }
  if (refusal) return refuse(res, refusal.status, refusal.code);
  cloud.upload = Buffer.alloc(0);
  return res.writeHead(201, { location: UPLOAD }).end();
}

const server = http.createServer((req, res) => void answer(req, res).catch(() => {})); // of a client that was killed
beforeAll(async () => {
  writeFileSync(file, film);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  const TESSERA_CLOUD = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = mkdtempSync(path.join(folder, "config-"));
  shell = { config, env: { TESSERA_CLOUD, TESSERA_USER: "alice", TESSERA_APP_PASSWORD: "app_x" } };
  cloud = { upload: null, made: null, puts: 0, pieces: [] };
  refusal = undefined;
  after = () => undefined;
  breaks = 0;
});

const put = (...more: string[]) => tessera(shell, "put", file, "/", ...more);
const arrived = () => cloud.pieces.reduce((sum, bytes) => sum + bytes, 0);
const isWhole = () => cloud.made?.equals(film);
const notes = () => {
  const at = path.join(shell.config, "tessera/uploads");
  return existsSync(at) ? readdirSync(at) : [];
};

it("sends a large file in pieces, once, and leaves no note of it", async () => {
  const { code, err } = await put();

  expect([code, err]).toEqual([0, "1 file stored, 21.0 MB.\n"]);
  expect([arrived(), cloud.pieces.length, isWhole(), notes()]).toEqual([SIZE, 6, true, []]);
});

it("goes on where it was when it was killed in the middle and is called again", async () => {
  let child: ChildProcess | undefined;
  after = (count) => {
    if (count !== 3) return undefined;
    child?.kill("SIGKILL");
    return "lost";
  };
  const env = { PATH: process.env.PATH ?? "", HOME: shell.config, XDG_CONFIG_HOME: shell.config, ...shell.env };
  const program = path.resolve("scripts/tessera.mjs");
  child = spawn(process.execPath, [program, "put", file, "/"], { env: { ...env, NODE_ENV: "test" }, stdio: "ignore" });
  await once(child, "exit");
  const before = [arrived(), notes().length];

  const { code } = await put();

  expect(before).toEqual([12 * MB, 1]);
  expect([code, arrived(), isWhole(), notes()]).toEqual([0, SIZE, true, []]); // what had come came once
});

it("goes on by itself after a loss of the network, with what arrived and was never answered", async () => {
  after = (count) => {
    if (count !== 2) return undefined;
    breaks = 2;
    return "lost";
  };

  expect([(await put()).code, arrived(), isWhole()]).toEqual([0, SIZE, true]);
});

it("keeps its note as long as it goes on, however long that takes", async () => {
  const note = () => path.join(shell.config, "tessera/uploads", notes()[0] ?? "");
  const long = new Date("2026-01-01");
  let renewed: Date | undefined;
  after = (count) => {
    if (count === 3) utimesSync(note(), long, long);
    if (count === 4) renewed = statSync(note()).mtime;
    return undefined;
  };

  expect((await put()).code).toBe(0);
  expect(renewed?.getTime()).toBeGreaterThan(long.getTime());
});

it("sends a piece again that was damaged on its way", async () => {
  after = (count) => (count === 2 ? "damaged" : undefined);

  expect([(await put()).code, arrived(), isWhole()]).toEqual([0, SIZE + 4 * MB, true]);
});

it("asks for the end again when that answer was lost", async () => {
  after = (count) => (count === 6 ? "lost" : undefined);

  const { code, out } = await put("--json");

  expect([code, JSON.parse(out), arrived()]).toEqual([0, [{ kind: "file", name: "film.bin" }], SIZE]);
});

it("begins anew what the cloud has forgotten, when it is called again", async () => {
  after = (count) => {
    if (count === 3) cloud.upload = null;
    return undefined;
  };
  const forgotten = await put();
  const left = notes();
  cloud.pieces = [];
  after = () => undefined;

  const again = await put();

  expect([forgotten.code, left, again.code, arrived()]).toEqual([4, [], 0, SIZE]);
});

it("sends nothing where a name is taken, and all in one where only versions would make room", async () => {
  refusal = { status: 409, code: "NAME_TAKEN" };
  const [taken, skipped] = [await put(), await put("--skip-existing")];
  refusal = { status: 507, code: "QUOTA_EXCEEDED" };
  const replaced = await put("--force");

  expect([taken.code, skipped.code, replaced.code]).toEqual([6, 0, 0]);
  expect([cloud.pieces, cloud.puts, isWhole(), notes()]).toEqual([[], 1, true, []]);
});

it("does not send a file that changes meanwhile as if it were one", async () => {
  const changing = path.join(folder, "changing.bin");
  writeFileSync(changing, film);
  after = (count) => {
    if (count === 2) writeFileSync(changing, film.subarray(0, SIZE - 1));
    return undefined;
  };

  const { code, err } = await tessera(shell, "put", changing, "/");

  expect([code, err]).toEqual([1, expect.stringContaining("has changed while it was sent")]);
  expect(cloud.made).toBeNull();
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
