import fs from "node:fs";
import { afterAll, describe, expect, it, vi } from "vitest";
import { openFiles, startServer } from "@/tests/dav-files";
import { makeUser } from "@/tests/make";
import { hasProgram, runProgram, scratchFolder } from "./programs";
import { startWithReceivedFolder } from "./received-folder";

vi.setConfig({ testTimeout: 120_000 }); // a busy machine takes ten times as long as an idle one
const hasLitmus = hasProgram("litmus");
const folder = scratchFolder();
afterAll(() => fs.rmSync(folder, { recursive: true }));

async function requireNoComplaint(suite: string, url: string, user: string, password: string) {
  const run = { env: { TESTS: suite }, cwd: folder };
  const { status, output } = await runProgram("litmus", ["-k", url, user, password], run);

  expect(output).not.toMatch(/FAIL|WARNING|SKIPPED/);
  expect(output).toContain(`summary for \`${suite}'`);
  expect(output).toContain("100.0%");
  expect(status).toBe(0);
}

describe.skipIf(!hasLitmus)("Debian's litmus (apt-get install litmus) has nothing to complain of", () => {
  const SUITES = ["basic", "copymove", "props", "locks", "http"];

  it.each(SUITES)("in one's own files: %s", async (suite) => {
    const server = await startServer();
    const dav = await openFiles(server.origin, await makeUser({ userName: "alice" }));

    await requireNoComplaint(suite, `${dav.url}/`, "alice", dav.secret);
    await server.stop();
  });

  it.each(SUITES)("in a folder that is on another cloud: %s", async (suite) => {
    const { dav, stop } = await startWithReceivedFolder();

    await requireNoComplaint(suite, `${dav.url}/Hut/`, "bob", dav.secret);
    await stop();
  });
});
