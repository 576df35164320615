import { randomBytes } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tessera } from "@/tests/command-line";

// Against a cloud that breaks off, which no running one does on demand; e2e/command-line.spec.ts has the rest.
const bytes = randomBytes(400_000);
let folder: string;
let server: ReturnType<typeof createServer>;
let ranges: (string | undefined)[];
/** Answers a question for the bytes; by default with all that was asked for. */
let answer: (req: IncomingMessage, res: ServerResponse) => void;
let entry: object;

const whole = (req: IncomingMessage, res: ServerResponse) => {
  const start = Number(/^bytes=(\d+)-$/.exec(req.headers.range ?? "")?.[1] ?? 0);
  const rest = bytes.subarray(start);
  res.writeHead(req.headers.range ? 206 : 200, { "content-length": rest.length }).end(rest);
};
const breakOff = (req: IncomingMessage, res: ServerResponse) => {
  const start = Number(/^bytes=(\d+)-$/.exec(req.headers.range ?? "")?.[1] ?? 0);
  res.writeHead(req.headers.range ? 206 : 200, { "content-length": bytes.length - start });
  res.write(bytes.subarray(start, start + 100_000), () => setTimeout(() => res.destroy(), 50));
};
const problem = (res: ServerResponse, status: number, code: string) =>
  res
    .writeHead(status, { "content-type": "application/problem+json" })
    .end(JSON.stringify({ status, code, detail: "No." }));

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "tessera-get-"));
  ranges = [];
  answer = whole;
  entry = { id: "1", name: "lake.jpg", kind: "file", size: bytes.length, etag: "e1", from: null };
  server = createServer((req, res) => {
    if (!req.url?.startsWith("/content/")) {
      return res.end(JSON.stringify({ ...entry, modifiedAt: "2026-11-30T12:00:00.000Z" }));
    }
    ranges.push(req.headers.range);
    answer(req, res);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  fs.rmSync(folder, { recursive: true, force: true });
});

function get(...args: string[]) {
  const env = {
    TESSERA_CLOUD: `http://cloud.localhost:${(server.address() as AddressInfo).port}`,
    TESSERA_USER: "alice",
    TESSERA_APP_PASSWORD: "app_x",
  };
  return tessera({ config: folder, env }, "get", ...args);
}
const here = () => fs.readdirSync(folder);
const read = (name: string) => fs.readFileSync(path.join(folder, name));

it("goes on where the connection broke", async () => {
  answer = (req, res) => (ranges.length < 3 ? breakOff : whole)(req, res);

  const { code } = await get("/lake.jpg");

  expect(code).toBe(0);
  expect(ranges).toEqual([undefined, ...Array(2).fill(expect.stringMatching(/^bytes=[1-9]\d*-$/))]);
  expect(read("lake.jpg").equals(bytes)).toBe(true);
  expect(here()).toEqual(["lake.jpg"]);
});

it("leaves no half file under its name, and goes on with it the next time", async () => {
  answer = (req, res) => (ranges.length < 2 ? breakOff(req, res) : res.destroy());
  const broken = await get("/lake.jpg");
  const left = here();
  answer = whole;
  ranges = [];
  const mended = await get("/lake.jpg");

  expect([broken.code, mended.code]).toEqual([7, 0]);
  expect(left).toEqual([expect.stringMatching(/^\.tessera-[0-9a-f]{16}\.part$/)]);
  expect(ranges).toEqual([expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  expect(read("lake.jpg").equals(bytes)).toBe(true);
});

it("begins anew when the file has changed meanwhile", async () => {
  answer = (req, res) => {
    if (ranges.length === 1) breakOff(req, res);
    else if (ranges.length === 2) problem(res, 412, "ETAG_MISMATCH");
    else whole(req, res);
  };

  const { code } = await get("/lake.jpg");

  expect(code).toBe(0);
  expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=/), undefined]);
  expect(read("lake.jpg").equals(bytes)).toBe(true);
});

it("does not fetch what is there already, and replaces what differs only if told", async () => {
  await get("/lake.jpg");
  const again = await get("/lake.jpg");
  const asked = ranges.length;
  fs.writeFileSync(path.join(folder, "lake.jpg"), "mine");
  const refused = await get("/lake.jpg");
  const kept = read("lake.jpg").toString();
  const forced = await get("/lake.jpg", "--force");

  expect([again.code, asked, refused.code, kept, forced.code]).toEqual([0, 1, 6, "mine", 0]);
  expect(read("lake.jpg").equals(bytes)).toBe(true);
});

it("lets no name of another cloud choose a place on this computer, or speak to the terminal", async () => {
  entry = { ...entry, name: "../lake\u001b[2J.jpg" };

  const { code, err } = await get("/lake.jpg");

  expect(code).toBe(1);
  expect(err).toContain('"../lake.jpg" cannot be the name of a file');
  expect(here()).toEqual([]);
});

it("says what is in the way of asking: another address, no Tessera, nobody there", async () => {
  answer = (_req, res) => void res.writeHead(302, { location: "https://elsewhere.example.org/" }).end();
  const moved = await get("/lake.jpg");
  answer = (_req, res) => void res.writeHead(404, { "content-type": "text/html" }).end("<p>Nothing");
  const other = await get("/lake.jpg");
  const { port } = server.address() as AddressInfo;
  const env = { TESSERA_CLOUD: `localhost:${port}`, TESSERA_USER: "alice", TESSERA_APP_PASSWORD: "app_x" };
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  const away = await tessera({ config: folder, env }, "ls");
  await once(server.listen(port, "127.0.0.1"), "listening");

  expect([moved.code, other.code, away.code]).toEqual([1, 1, 7]);
  expect(moved.err).toContain("sends us to https://elsewhere.example.org/");
  expect(other.err).toContain("is it a Tessera");
  expect(away.err).toContain("cannot be reached (ECONNREFUSED)");
});
