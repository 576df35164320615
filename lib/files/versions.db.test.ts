import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, it } from "vitest";
import { db, inTransaction } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { drive } from "@/lib/drive/drive";
import { makeUser } from "@/tests/make";
import { bytes, contentOf, makeFile } from "@/tests/make-files";
import { sweepBlobs } from "./blobs/sweep";
import { MOST_VERSIONS } from "./internal/keep-former";
import { ownTree } from "./own-tree";
import { purge } from "./purge";
import { subtree } from "./subtree";
import { thinVersions } from "./thin-versions";
import { deleteForGood } from "./trash";
import type { Tree } from "./tree";
import { getUsage } from "./usage";
import { deleteVersion, listVersions, nameVersion, restoreVersion, versionContent } from "./versions";

let alice: UserPrincipal;
let tree: Tree;
let nodeId: string;
beforeEach(async () => {
  alice = await makeUser();
  tree = ownTree(alice);
  nodeId = (await makeFile(alice, "/a.txt", "one")).id;
});
const used = async () => (await getUsage(alice)).used;
const giveQuota = (quota: number) => db().user.updateMany({ where: { id: alice.userId }, data: { quota } });
const write = (content: string, isAnnounced = true) =>
  tree.write(["a.txt"], bytes(content), isAnnounced ? { size: content.length } : {});
const items = async () => (await listVersions(alice, nodeId)).items;
const sizes = async () => (await items()).map(({ size }) => size);
const idOf = async (place: number) => (await items())[place]?.id ?? "";
const content = async (id: string) => text((await versionContent(alice, id).read([])).body);

describe("what is replaced", () => {
  it("is kept as a version that can be read, whichever way the new came, and counts", async () => {
    await write("second");
    await write("the third", false);
    await write("x".repeat(5000)); // too long for its row

    expect(await sizes()).toEqual([9, 6, 3]);
    expect(await Promise.all((await items()).map(({ id }) => content(id)))).toEqual(["the third", "second", "one"]);
    expect(await used()).toBe(5018);
    await sweepBlobs();
    expect(await content(await idOf(2))).toBe("one");
  });

  it("is not kept if it was empty, or the new is the same", async () => {
    await write("one");
    await write("");
    await write("two");

    expect(await sizes()).toEqual([3]);
    expect(await used()).toBe(6);
  });

  it("says who had written it, where that was not the owner", async () => {
    const share = { siteId: alice.siteId, ownerId: alice.userId, nodeId, role: "editor", holder: "Bob" } as const;
    await subtree(share).write([], bytes("by Bob"));
    expect((await listVersions(alice, nodeId)).current).toMatchObject({ size: 6, writtenBy: "Bob" });

    await write("by Alice");

    const { current, items } = await listVersions(alice, nodeId);
    expect(current.writtenBy).toBeNull();
    expect(items.map(({ writtenBy }) => writtenBy)).toEqual(["Bob", null]);
  });

  it("stays with the file that is moved, and not with its copy", async () => {
    await write("two");
    await tree.copy(["a.txt"], ["copy.txt"]);
    await tree.move(["a.txt"], ["b.txt"]);

    expect(await sizes()).toEqual([3]);
    expect((await listVersions(alice, (await tree.stat(["copy.txt"])).id)).items).toEqual([]);
    expect(await used()).toBe(9);
  });
});

describe("where room is short", () => {
  it("the oldest versions without a name give way to what is new", async () => {
    await write("22");
    await write("333");
    await nameVersion(alice, await idOf(1), "First");
    await giveQuota(10);

    await write("4444");

    // One of 3 with a name, 3 that have just been replaced, and 4: there is no room for the one of 2.
    expect(await sizes()).toEqual([3, 3]);
    expect(await contentOf(tree, "/a.txt")).toBe("4444");
    expect(await used()).toBe(10);
  });

  it.each([true, false])(
    "an upload is taken that has room without the versions (announced: %s)",
    async (isAnnounced) => {
      await write("two");
      await giveQuota(10_000);

      const body = "x".repeat(9_990);
      await tree.write(["b.txt"], bytes(body), isAnnounced ? { size: body.length } : {});
      await tree.write(["c.txt"], bytes("12345"), { size: 5 });

      expect(await sizes()).toEqual([]);
      expect(await used()).toBe(9_998);
    },
  );

  it("nothing goes for an upload that breaks off, whatever it announced", async () => {
    await write("two");
    await giveQuota(10_000);
    const broken = new Readable({ read() {} });

    const upload = tree.write(["b.txt"], broken, { size: 9_996 });
    await expect.poll(() => db().uploadLease.count()).toBe(1);
    broken.push("x".repeat(5_000));
    expect(await sizes()).toEqual([3]);
    broken.destroy();
    await expect(upload).rejects.toThrow();

    expect(await sizes()).toEqual([3]);
    expect(await used()).toBe(6);
    await expect(tree.write(["b.txt"], bytes("never read"), { size: 9_998 })).rejects.toMatchObject({ status: 507 });
    expect(await sizes()).toEqual([3]);
    expect(await db().uploadLease.count()).toBe(0);
  });

  it.each([5_000, 5])("who writes through a share makes only versions below it give way (%s bytes)", async (size) => {
    await write("two");
    await makeFile(alice, "/shared/b.txt", "0123");
    await tree.write(["shared", "b.txt"], bytes("12345"), { size: 5 });
    const folder = (await tree.stat(["shared"])).id;
    const share = subtree({
      siteId: alice.siteId,
      ownerId: alice.userId,
      nodeId: folder,
      role: "editor",
      holder: "Bob",
    });
    const send = (name: string) => share.write([name], bytes("x".repeat(size)), { size });
    await giveQuota(3 + 3 + 5 + 4 + size - 4);

    await send("c.txt"); // in the place of what b.txt held
    await expect(send("d.txt")).rejects.toMatchObject({ status: 507 });

    expect(await sizes()).toEqual([3]);
    expect(await db().fileVersion.count()).toBe(1);
  });

  describe("with many versions", () => {
    const at = (index: number) => new Date(Date.UTC(2026, 0, 1) + Math.floor(index / 3));
    /** Of one byte each, some of them of the same moment; nothing is free beside them. */
    async function leave(number: number): Promise<void> {
      const { blobId } = await db().fileNode.findFirstOrThrow({ where: { id: nodeId } });
      const owned = { siteId: alice.siteId, ownerId: alice.userId, nodeId, blobId: blobId ?? "", size: 1 };
      const times = Array.from({ length: number }, (_, index) => ({ writtenAt: at(index), replacedAt: at(index) }));
      await db().fileVersion.createMany({ data: times.map((time) => ({ ...owned, ...time })) });
      await db().user.updateMany({ data: { used: number + 3, quota: number + 3 }, where: { id: alice.userId } });
    }

    it("the oldest go, and no more than need be", async () => {
      await leave(250);

      await tree.write(["b.txt"], bytes("x".repeat(230)), { size: 230 });

      expect(await db().fileVersion.count()).toBe(20);
      expect(await used()).toBe(253);
      expect((await items()).map(({ writtenAt }) => writtenAt).at(-1)).toBe(at(230).toISOString());
    });

    it.each([50, 5_000])("uploads at the same time each find the room that these give (%s bytes)", async (size) => {
      await leave(250);
      await db().fileVersion.updateMany({ data: { size: size / 50 } });
      await db().user.updateMany({ data: { used: size * 5 + 3, quota: size * 5 + 3 }, where: { id: alice.userId } });

      const names = ["b", "c", "d", "e"];
      await Promise.all(names.map((name) => tree.write([name], bytes("x".repeat(size)), { size })));

      expect(await db().fileVersion.count()).toBe(50);
      expect(await used()).toBe(size * 5 + 3);
    });
  });

  it("the former content is not kept if there is no room for both", async () => {
    await giveQuota(5);

    await write("four");

    expect(await sizes()).toEqual([]);
    expect(await used()).toBe(4);
    await expect(write("123456")).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
    expect(await contentOf(tree, "/a.txt")).toBe("four");
    expect(await used()).toBe(4);
  });

  it("a copy is made that has room without the versions", async () => {
    await write("two");
    await giveQuota(6);

    await tree.copy(["a.txt"], ["copy.txt"]);

    expect(await sizes()).toEqual([]);
    expect(await used()).toBe(6);
  });
});

describe("a version", () => {
  it("is restored by a change that can be undone as well", async () => {
    await write("two");
    const before = await tree.stat([]);

    const restored = await restoreVersion(alice, await idOf(0));

    expect(await contentOf(tree, "/a.txt")).toBe("one");
    expect(restored).toMatchObject({ id: nodeId, size: 3 });
    expect((await tree.stat([])).etag).not.toBe(before.etag);
    expect(await Promise.all((await items()).map(({ id }) => content(id)))).toEqual(["two", "one"]);
    expect(await used()).toBe(9);
  });

  it("is not restored into a file that a program has locked", async () => {
    await write("two");
    const lock = { path: ["a.txt"], isDeep: false, isExclusive: true, holder: "", seconds: 60 };
    await drive(alice).takeLock(lock);

    await expect(drive(alice).restoreVersion(await idOf(0))).rejects.toMatchObject({ code: "LOCKED" });

    expect(await contentOf(tree, "/a.txt")).toBe("two");
  });

  it("that is deleted gives its room back", async () => {
    await write("two");
    const id = await idOf(0);

    await deleteVersion(alice, id);
    await sweepBlobs();

    expect(await used()).toBe(3);
    expect(await db().blob.count()).toBe(1);
    await expect(deleteVersion(alice, id)).rejects.toMatchObject({ status: 404, code: "VERSION_NOT_FOUND" });
    expect(await used()).toBe(3);
  });

  it("is nobody else's", async () => {
    await write("two");
    const id = await idOf(0);
    const bob = await makeUser();
    const refused = { status: 404 };

    await expect(listVersions(bob, nodeId)).rejects.toMatchObject(refused);
    await expect(versionContent(bob, id).stat()).rejects.toMatchObject(refused);
    await expect(restoreVersion(bob, id)).rejects.toMatchObject(refused);
    await expect(nameVersion(bob, id, "Mine")).rejects.toMatchObject(refused);
    await expect(deleteVersion(bob, id)).rejects.toMatchObject(refused);
  });

  it("goes for good with its file", async () => {
    await write("two");
    const id = await idOf(0);
    await tree.remove(["a.txt"]);
    await expect(restoreVersion(alice, id)).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
    await deleteForGood(alice, [nodeId]);
    await expect(versionContent(alice, id).stat()).rejects.toMatchObject({ code: "VERSION_NOT_FOUND" });

    await purge(alice, async () => {});

    expect(await used()).toBe(0);
    expect(await db().blob.count()).toBe(0);
  });
});

describe("as time goes by", () => {
  const HOUR = 3_600_000;
  /** Versions of one byte that were replaced so many hours ago; more than one at a time in the same hour. */
  async function leave(ages: number[], name: string | null = null): Promise<void> {
    const { blobId } = await db().fileNode.findFirstOrThrow({ where: { id: nodeId } });
    const { siteId, userId: ownerId } = alice;
    const hour = Math.floor(Date.now() / HOUR) * HOUR;
    const rows = ages.map((age, index) => {
      const replacedAt = new Date(hour - age * HOUR + index);
      return { siteId, ownerId, nodeId, blobId: blobId ?? "", size: 1, writtenAt: replacedAt, replacedAt, name };
    });
    await db().fileVersion.createMany({ data: rows });
    await db().user.updateMany({ where: { id: ownerId }, data: { used: { increment: ages.length } } });
  }
  const ages = async () => {
    const hour = Math.floor(Date.now() / HOUR) * HOUR;
    const rows = await db().fileVersion.findMany({ orderBy: { replacedAt: "desc" } });
    return rows.map(({ replacedAt }) => Math.ceil((hour - replacedAt.getTime()) / HOUR));
  };

  it("all of a day stay, then one an hour, a day and a week, then none", async () => {
    await leave([1, 1, 1, 48, 48, 49]);
    await thinVersions();
    expect(await ages()).toEqual([1, 1, 1, 48, 49]);

    await leave(Array.from({ length: 10 * 24 }, (_, hour) => 10 * 24 + hour));
    await thinVersions();
    const daily = (await ages()).filter((age) => age >= 240);
    expect(daily.length).toBeGreaterThanOrEqual(10);
    expect(daily.length).toBeLessThanOrEqual(11);

    await leave(Array.from({ length: 70 }, (_, day) => (50 + day) * 24));
    await thinVersions();
    const weekly = (await ages()).filter((age) => age >= 50 * 24);
    expect(weekly.length).toBeGreaterThanOrEqual(10);
    expect(weekly.length).toBeLessThanOrEqual(11);

    await leave([366 * 24]);
    await thinVersions();
    expect((await ages()).filter((age) => age >= 365 * 24)).toEqual([]);
    expect(await used()).toBe(3 + (await db().fileVersion.count()));
  });

  it("those with a name stay, and do not count for the others", async () => {
    await leave([48, 400 * 24], "Named");
    await leave([48]);

    await thinVersions();

    expect(await db().fileVersion.count()).toBe(3);
  });

  it("no file has more than so many", async () => {
    await leave(Array.from({ length: MOST_VERSIONS + 5 }, () => 1));

    await thinVersions();

    expect(await db().fileVersion.count()).toBe(MOST_VERSIONS);
    expect(await used()).toBe(3 + MOST_VERSIONS);
  });

  it("no file has more than so many between two nights, those with a name aside", async () => {
    await leave([1], "Named");
    await leave(Array.from({ length: MOST_VERSIONS }, () => 1));

    await write("two");

    expect(await db().fileVersion.count()).toBe(MOST_VERSIONS + 1);
    expect((await items())[0]?.size).toBe(3);
    expect(await used()).toBe(3 + 3 + MOST_VERSIONS);
  });

  it("nobody waits crosswise for versions and their owner's row", async () => {
    const lock = `SELECT FROM "User" WHERE "siteId" = $1 AND "id" = $2 FOR NO KEY UPDATE`;
    const change = {
      delete: async () => deleteVersion(alice, await idOf(0)),
      restore: async () => restoreVersion(alice, await idOf(0)),
      thin: () => thinVersions(),
      purge: async () => {
        await tree.remove(["a.txt"]);
        await deleteForGood(alice, [nodeId]);
        await purge(alice, async () => {});
      },
    };
    for (const work of Object.values(change)) {
      await leave([48, 48, 400 * 24]);
      let working: Promise<unknown> = Promise.resolve();
      await inTransaction("BEGIN; SET LOCAL lock_timeout = 2000", async (client) => {
        await client.query(lock, [alice.siteId, alice.userId]);
        working = work();
        working.catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 500)); // it waits by now
        await client.query(`SELECT FROM "FileVersion" FOR UPDATE`);
      });
      await working;
    }
    expect(await used()).toBe(0);
  });
});
