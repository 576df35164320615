import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { beforeEach, describe, expect, it } from "vitest";
import { config } from "@/lib/core/config";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { makeUser } from "@/tests/make";
import { bytes, contentOf, makeFile, namesIn } from "@/tests/make-files";
import { ownTree } from "../own-tree";
import type { Tree } from "../tree";
import { getUsage } from "../usage";
import { blobStore } from "./store";
import { sweepBlobs } from "./sweep";

let alice: UserPrincipal;
let tree: Tree;
beforeEach(async () => {
  alice = await makeUser();
  tree = ownTree(alice);
});
const folder = () => path.join(config().dataDir, "blobs", alice.siteId);
const placeOf = (id: string) => path.join(folder(), id.slice(-2), id);
const filesOnDisk = () =>
  readdirSync(folder(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;

/** What a process leaves that was killed in the middle of an upload. */
async function leaveUpload(place: "incoming" | "shelf", { leaseUntil }: { leaseUntil: Date | null }): Promise<string> {
  const id = newId();
  const file = place === "incoming" ? path.join(folder(), "incoming", id) : placeOf(id);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, "half");
  if (!leaseUntil) return file;
  const { siteId, userId: ownerId } = alice;
  await db().uploadLease.create({ data: { siteId, id, ownerId, leaseUntil, reserved: 4 } });
  await db().user.updateMany({ where: { id: ownerId }, data: { used: { increment: 4 } } });
  return file;
}
const soon = () => new Date(Date.now() + 60_000);
const past = () => new Date(Date.now() - 1000);

it("says whether bytes could be kept just now, and leaves nothing of the try", async () => {
  await blobStore().probe();
  const probes = path.join(config().dataDir, "blobs", "incoming");
  expect(readdirSync(probes)).toEqual([]);
  rmSync(probes, { recursive: true });
  writeFileSync(probes, "in the way");

  await expect(blobStore().probe()).rejects.toThrow();

  rmSync(probes);
});

describe("the sweeper", () => {
  it("removes what a killed process left, once the lease is over, and gives the room back", async () => {
    const left = [
      await leaveUpload("incoming", { leaseUntil: past() }),
      await leaveUpload("shelf", { leaseUntil: past() }),
      await leaveUpload("incoming", { leaseUntil: null }),
      await leaveUpload("shelf", { leaseUntil: null }),
    ];

    await sweepBlobs();

    expect(left.filter(existsSync)).toEqual([]);
    expect(await db().uploadLease.count()).toBe(0);
    expect((await getUsage(alice)).used).toBe(0);
  });

  it("leaves alone what a row or a living lease names", async () => {
    await makeFile(alice, "/a.txt", "stays");
    const underWay = await leaveUpload("incoming", { leaseUntil: soon() });

    await sweepBlobs();

    expect(await contentOf(tree, "/a.txt")).toBe("stays");
    expect(existsSync(underWay)).toBe(true);
    expect((await getUsage(alice)).used).toBe(9);
  });

  it("removes the bytes that a file had once no version has them, but not those a copy still has", async () => {
    const replaced = await makeFile(alice, "/a.txt", "one");
    const copied = await makeFile(alice, "/b.txt", "two");
    await tree.copy(["b.txt"], ["copy.txt"]);
    await tree.write(["a.txt"], bytes("changed"));
    await tree.write(["b.txt"], bytes("changed"));
    await sweepBlobs();
    expect(existsSync(placeOf(replaced.etag))).toBe(true);

    await db().fileVersion.deleteMany();
    await sweepBlobs();

    expect(existsSync(placeOf(replaced.etag))).toBe(false);
    expect(existsSync(placeOf(copied.etag))).toBe(true);
    expect(await contentOf(tree, "/copy.txt")).toBe("two");
    expect(await db().blob.count()).toBe(3);
  });

  it("lets no upload commit whose lease it has ended", async () => {
    const body = new Readable({ read() {} });
    const upload = tree.write(["a.txt"], body, { size: 5_000 });
    await expect.poll(() => db().uploadLease.count()).toBe(1);
    await db().uploadLease.updateMany({ data: { leaseUntil: past() } });

    await sweepBlobs();
    body.push("x".repeat(5_000));
    body.push(null);

    await expect(upload).rejects.toEqual(expect.objectContaining({ status: 503, code: "UPLOAD_EXPIRED" }));
    await sweepBlobs();
    expect(await namesIn(tree)).toEqual([]);
    expect(filesOnDisk()).toBe(0);
    expect((await getUsage(alice)).used).toBe(0);
  });

  it("takes nothing from uploads, replacements and copies that go on beside it", async () => {
    let isDone = false;
    const sweeping = (async () => {
      while (!isDone) await sweepBlobs();
    })();

    await Promise.all(
      Array.from({ length: 6 }, async (_, number) => {
        for (let round = 0; round < 4; round++) {
          await tree.write([`${number}.txt`], bytes(`${number} ${round}`));
          await tree.copy([`${number}.txt`], [`${number} ${round}.txt`]);
        }
      }),
    );
    isDone = true;
    await sweeping;

    for (const name of await namesIn(tree)) expect(await contentOf(tree, name)).toMatch(/^\d \d$/);
    expect(await namesIn(tree)).toHaveLength(30);
    await sweepBlobs();
    expect(filesOnDisk()).toBe(24);
  });
});
