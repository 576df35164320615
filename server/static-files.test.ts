import { mkdtempSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import http, { type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { answerStatic } from "./static-files";

const SCRIPT = "export const answer = 42;\n".repeat(100);
const before = process.cwd();
const server = http.createServer(async (req, res) => {
  if (!(await answerStatic(req, res, req.url ?? ""))) res.writeHead(404).end("left to Next");
});
let port: number;

beforeAll(async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "static-"));
  await mkdir(path.join(folder, ".next/static/chunks"), { recursive: true });
  writeFileSync(path.join(folder, ".next/static/chunks/a.js.br"), brotliCompressSync(SCRIPT));
  writeFileSync(path.join(folder, "secret.js.br"), brotliCompressSync("secret"));
  process.chdir(folder);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  process.chdir(before);
  server.close();
});

function get(target: string, encoding = "gzip, br", method = "GET"): Promise<IncomingMessage & { bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const headers = { "accept-encoding": encoding };
    const request = http.request({ port, path: target, method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => resolve(Object.assign(answer, { bytes: Buffer.concat(chunks) })));
    });
    request.on("error", reject).end();
  });
}

it("sends a script as the build compressed it, to be kept for ever", async () => {
  const answer = await get("/_next/static/chunks/a.js");

  expect(answer.headers).toMatchObject({ "content-encoding": "br", "content-type": "text/javascript; charset=utf-8" });
  expect(answer.headers["cache-control"]).toContain("immutable");
  expect(brotliDecompressSync(answer.bytes).toString()).toBe(SCRIPT);
});

it("answers HEAD with the size alone", async () => {
  const answer = await get("/_next/static/chunks/a.js", "br", "HEAD");

  expect(answer.statusCode).toBe(200);
  expect(Number(answer.headers["content-length"])).toBeGreaterThan(0);
});

it.each([
  ["a browser that does not take it", "/_next/static/chunks/a.js", "gzip"],
  ["what was not compressed", "/_next/static/chunks/b.js", "br"],
  ["other kinds", "/_next/static/media/font.woff2", "br"],
  ["other places", "/chunks/a.js", "br"],
])("leaves %s to Next", async (_what, target, encoding) => {
  expect((await get(target, encoding)).statusCode).toBe(404);
});
