import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { config } from "@/lib/core/config";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { tessera } from "./command-line";
import { damage, placeOf } from "./damage";
import { makeUser } from "./make";
import { bytes, makeFile } from "./make-files";

// tessera storage, as who runs a cloud types it.
vi.setConfig({ testTimeout: 120_000 });
const home = mkdtempSync(path.join(os.tmpdir(), "tessera-shell-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const LONG = "x".repeat(5_000);
let alice: UserPrincipal;
beforeEach(async () => {
  alice = await makeUser({ userName: "alice" });
});

const storage = (...words: string[]) => {
  const env = {
    DATABASE_URL: config().database.url,
    DATA_DIR: config().dataDir,
    SECRET_KEY: config().secretKey.toString("base64url"),
  };
  return tessera({ config: home, env }, "storage", ...words);
};

describe("tessera storage verify", () => {
  it("says that all is whole, and ends with 0", async () => {
    await makeFile(alice, "/a.txt", LONG);
    await ownTree(alice).write(["short.txt"], bytes("short"), { size: 5 });

    const { code, out, err } = await storage("verify");

    expect([code, out]).toEqual([0, ""]);
    expect(err).toContain("2 whole, 0 damaged, 0 missing.");
  });

  it("names what is damaged or missing, with whose it is, and ends with 1", async () => {
    const [hurt, lost] = [await makeFile(alice, "/a.txt", LONG), await makeFile(alice, "/b.txt", `${LONG}2`)];
    await makeFile(alice, "/c.txt", `${LONG}3`);
    damage.bit({ siteId: alice.siteId, id: hurt.etag });
    damage.gone({ siteId: alice.siteId, id: lost.etag });

    const [plain, json] = [await storage("verify"), await storage("verify", "--json")];

    expect([plain.code, json.code]).toEqual([1, 1]);
    expect(plain.out).toMatch(/^damaged\talice@.*\t\/a\.txt$/m);
    expect(plain.out).toMatch(/^missing\talice@.*\t\/b\.txt$/m);
    expect(plain.err).toContain("2 contents cannot be read as they were stored.");
    const counts = { whole: 1, damaged: 1, missing: 1, orphans: 0 };
    expect(JSON.parse(json.out)).toMatchObject({ ...counts, files: [{ userName: "alice" }, { userName: "alice" }] });
  });

  it("reads only what is new where it is told to, and refuses what is no day", async () => {
    const { etag } = await makeFile(alice, "/a.txt", LONG);
    damage.bit({ siteId: alice.siteId, id: etag });
    await db().blob.updateMany({ data: { createdAt: new Date("2026-01-01") } });

    const [since, odd] = [await storage("verify", "--since", "2026-06-01"), await storage("verify", "--since", "soon")];

    expect([since.code, odd.code]).toEqual([0, 2]);
    expect(odd.err).toContain("--since wants a day");
  });
});

it("tessera storage sweep removes what nothing needs, and nothing else", async () => {
  const [stays, goes] = [await makeFile(alice, "/a.txt", LONG), await makeFile(alice, "/b.txt", `${LONG}2`)];
  await db().fileNode.deleteMany({ where: { blobId: goes.etag } });

  const { code, out } = await storage("sweep", "--json");

  expect([code, JSON.parse(out)]).toEqual([0, { uploads: 0, blobs: 1, orphans: 0 }]);
  expect(await db().blob.findMany({ select: { id: true } })).toEqual([{ id: stays.etag }]);
  expect(placeOf({ siteId: alice.siteId, id: stays.etag })).toContain(stays.etag);
});

it("tessera storage migrate refuses where there is nowhere to move to", async () => {
  const { code, err } = await storage("migrate");

  expect(code).toBe(6);
  expect(err).toContain("There is nowhere to move to");
});

it("explains itself, and refuses what it does not know", async () => {
  const [help, unknown] = [await storage("migrate", "--help"), await storage("fly")];

  expect([help.code, unknown.code]).toEqual([0, 2]);
  expect(help.out).toContain("STORE=disk");
});
