import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { makeSite } from "@/tests/make";
import { bundleOf } from "@/tests/program";

/** Starts the server with this environment over that of the tests; it is expected to end by itself. */
async function startWith(environment: Record<string, string>) {
  const child = spawn(process.execPath, [bundleOf("server/index.ts")], {
    env: { ...process.env, NODE_ENV: "production", ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  return { code, lastLine: stderr.trim().split("\n").at(-1) };
}

it("ends with one sentence and the code for a wrong configuration", async () => {
  const { code, lastLine } = await startWith({ PORT: "many" });

  expect(code).toBe(78);
  expect(lastLine).toMatch(/^The configuration is not usable: PORT .*\.$/);
});

it("does not start under another origin than before", async () => {
  await makeSite("https://cloud.example.org");

  const { code, lastLine } = await startWith({ PUBLIC_ORIGIN: "https://other.example.org" });

  expect(code).toBe(78);
  expect(lastLine).toContain("set up as https://cloud.example.org");
});

it("does not start with another key than before", async () => {
  await makeSite("https://cloud.example.org");
  const SECRET_KEY = Buffer.alloc(32, 8).toString("base64url");

  const { code, lastLine } = await startWith({ PUBLIC_ORIGIN: "https://cloud.example.org", SECRET_KEY });

  expect(code).toBe(78);
  expect(lastLine).toMatch(/another SECRET_KEY, .* cannot be opened\.$/);
});

it("says what is wrong with the administrator of the environment", async () => {
  const { code, lastLine } = await startWith({ ADMIN_USER: "Alice Example", ADMIN_PASSWORD: "short" });

  expect(code).toBe(78);
  expect(lastLine).toMatch(/ADMIN_USER: .*ADMIN_PASSWORD: /);
});

it("says that the database does not answer", async () => {
  const { code, lastLine } = await startWith({ DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none" });

  expect(code).toBe(1);
  expect(lastLine).toMatch(/database/i);
});
