import { once } from "node:events";
import fs from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tessera } from "@/tests/command-line";

// What is said of a share that a cloud answers with; e2e/command-line.spec.ts shares between running ones.
const ENTRY = { id: "1", name: "Photos", kind: "folder", size: 0, modifiedAt: "2026-11-30T12:00:00.000Z", from: null };
const BOB = { name: "Photos", recipientName: "Bob", provider: "cloud.example.org", role: "viewer", state: "queued" };
let config: string;
let server: ReturnType<typeof createServer>;
let share: object;

beforeEach(async () => {
  config = fs.mkdtempSync(path.join(os.tmpdir(), "tessera-share-"));
  server = createServer(({ method, url = "" }, res) => {
    const known = url.startsWith("/api/people/") ? [] : ENTRY;
    const shares = method === "POST" ? share : { items: [share], next: null };
    res.end(JSON.stringify(url.startsWith("/api/shares/sent") ? shares : known));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  fs.rmSync(config, { recursive: true, force: true });
});

function run(...args: string[]) {
  const cloud = `http://cloud.localhost:${(server.address() as AddressInfo).port}`;
  const env = { TESSERA_CLOUD: cloud, TESSERA_USER: "alice", TESSERA_APP_PASSWORD: "app_x" };
  return tessera({ config, env }, "share", ...args);
}
const create = (...args: string[]) => run("create", "/Photos", "bob@cloud.example.org", ...args);

it("says that a second factor is needed, and that it was the cloud that wanted it", async () => {
  share = { id: "7", ...BOB, needsSecondFactor: true };

  const [unasked, asked, quiet, json] = [
    await create(),
    await create("--second-factor"),
    await create("-q"),
    await create("--json"),
  ];

  const opens = "It opens only after Bob has confirmed with more than the password.";
  expect([unasked.out, unasked.err]).toEqual(["7\n", expect.stringContaining(opens)]);
  expect(unasked.err).toContain("Your cloud has what is shared with cloud.example.org ask for a second factor.");
  expect(asked.err).toContain(opens);
  expect(asked.err).not.toContain("Your cloud has");
  expect(quiet.err).toBe("");
  expect(JSON.parse(json.out)).toMatchObject({ id: "7", needsSecondFactor: true });
});

it("says nothing of a second factor where none is needed", async () => {
  share = { id: "7", ...BOB, needsSecondFactor: false };

  const { err } = await create();

  expect(err).toContain("Bob can view Photos");
  expect(err).not.toContain("password");
});

it("lists a share that a cloud was offered again as such, until it is accepted", async () => {
  const again = { ...BOB, path: "/Photos", untold: null, isOfferedAgain: true, expiresAt: null };
  share = { id: "7", ...again, state: "delivered" };
  const waiting = await run("list");
  share = { id: "7", ...again, state: "accepted" };
  const accepted = await run("list");

  expect([waiting.out, accepted.out]).toEqual([
    expect.stringContaining("offered again"),
    expect.stringContaining("accepted"),
  ]);
});
