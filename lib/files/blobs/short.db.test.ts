import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, it } from "vitest";
import { config } from "@/lib/core/config";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { makeUser } from "@/tests/make";
import { bytes, contentOf, namesIn } from "@/tests/make-files";
import { ownTree } from "../own-tree";
import type { Tree } from "../tree";
import { getUsage } from "../usage";
import { sweepBlobs } from "./sweep";

let alice: UserPrincipal;
let tree: Tree;
beforeEach(async () => {
  alice = await makeUser();
  tree = ownTree(alice);
});

const write = (name: string, content: string, options = {}) =>
  tree.write([name], bytes(content), { size: Buffer.byteLength(content), ...options });
const used = async () => (await getUsage(alice)).used;
const filesOnDisk = () => {
  const folder = path.join(config().dataDir, "blobs", alice.siteId);
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
};

describe("content that is short", () => {
  it("stands in its row, hashed, and takes no file", async () => {
    const { entry, created } = await write("a.txt", "hello");

    expect(created).toBe(true);
    expect(entry).toMatchObject({ name: "a.txt", size: 5 });
    expect(await contentOf(tree, "/a.txt")).toBe("hello");
    expect(await db().blob.findFirstOrThrow()).toMatchObject({
      id: entry.etag,
      sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
    });
    expect(filesOnDisk()).toBe(0);
    expect(await db().uploadLease.count()).toBe(0);
    expect(await used()).toBe(5);
  });

  it("may be nothing at all", async () => {
    await write("empty", "");

    expect(await contentOf(tree, "/empty")).toBe("");
    expect(filesOnDisk()).toBe(0);
  });

  it("is read in parts", async () => {
    await write("a.txt", "hello");

    const { body, range } = await tree.read(["a.txt"], { range: { first: 1, last: 3 } });

    expect(range).toEqual({ start: 1, end: 3 });
    expect(await text(body)).toBe("ell");
  });

  it("ends at 4096 bytes: one more goes to the store", async () => {
    await write("short", "x".repeat(4096));
    expect(filesOnDisk()).toBe(0);

    await write("long", "y".repeat(4097));

    expect(filesOnDisk()).toBe(1);
    expect(await contentOf(tree, "/short")).toBe("x".repeat(4096));
    expect(await contentOf(tree, "/long")).toBe("y".repeat(4097));
    expect(await used()).toBe(8193);
  });

  it("replaces what is long, and the other way round", async () => {
    await write("a.txt", "x".repeat(5000));

    expect((await write("a.txt", "hello")).created).toBe(false);
    await sweepBlobs();
    expect([await contentOf(tree, "/a.txt"), await used(), filesOnDisk()]).toEqual(["hello", 5005, 1]);

    await write("a.txt", "y".repeat(5000));
    await sweepBlobs();
    expect([await contentOf(tree, "/a.txt"), await used(), filesOnDisk()]).toEqual(["y".repeat(5000), 10_005, 2]);

    await db().fileVersion.deleteMany();
    await sweepBlobs();
    expect([await db().blob.count(), filesOnDisk()]).toEqual([1, 1]);
  });

  it("lasts as long as a copy has it", async () => {
    await write("a.txt", "one");
    await tree.copy(["a.txt"], ["copy.txt"]);
    await write("a.txt", "two");

    await sweepBlobs();

    expect(await contentOf(tree, "/copy.txt")).toBe("one");
    expect(await db().blob.count()).toBe(2);
  });
});

describe("a short upload is refused, and leaves nothing,", () => {
  const nothingIsLeft = async () => {
    expect(await namesIn(tree)).toEqual([]);
    expect(await db().blob.count()).toBe(0);
    expect(await used()).toBe(0);
  };

  it.each([4, 6])("when other than its 5 bytes come: %d", async (size) => {
    await expect(write("a.txt", "hello", { size })).rejects.toMatchObject({ status: 400, code: "SIZE_MISMATCH" });

    await nothingIsLeft();
  });

  it("when there is no room for it", async () => {
    await db().user.updateMany({ where: { id: alice.userId }, data: { quota: 4 } });

    await expect(write("a.txt", "hello")).rejects.toMatchObject({ status: 507, code: "QUOTA_EXCEEDED" });

    await nothingIsLeft();
  });

  it("when its sender goes away", async () => {
    const broken = new Readable({ read() {} });
    const upload = tree.write(["a.txt"], broken, { size: 5 });
    broken.push("hel");
    broken.destroy();

    await expect(upload).rejects.toThrow("The body broke off.");

    await nothingIsLeft();
  });

  it("when its folder was removed meanwhile", async () => {
    await tree.makeFolder(["folder"]);
    const slow = new Readable({ read() {} });
    const upload = tree.write(["folder", "a.txt"], slow, { size: 5 });
    await expect.poll(() => slow.listenerCount("error")).toBeGreaterThan(0); // it is under way
    await tree.remove(["folder"]);
    slow.push("hello");
    slow.push(null);

    await expect(upload).rejects.toMatchObject({ status: 404, code: "NODE_NOT_FOUND" });

    await nothingIsLeft();
  });

  it("when something of its name is there that must stay", async () => {
    await write("a.txt", "first");

    await expect(write("a.txt", "second", { ifAbsent: true })).rejects.toMatchObject({ code: "NAME_TAKEN" });
    const both = await Promise.allSettled(["one", "two"].map((content) => write("b", content, { ifAbsent: true })));

    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await contentOf(tree, "/a.txt")).toBe("first");
    expect(await db().blob.count()).toBe(2);
    expect(await used()).toBe(8);
  });
});
