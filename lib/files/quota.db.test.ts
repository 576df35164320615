import { Readable } from "node:stream";
import { beforeEach, describe, expect, it } from "vitest";
import { db, pool } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { makeUser } from "@/tests/make";
import { bytes, makeFile, namesIn } from "@/tests/make-files";
import { ownTree } from "./own-tree";
import type { Tree } from "./tree";
import { getUsage } from "./usage";

let alice: UserPrincipal;
let tree: Tree;
beforeEach(async () => {
  alice = await makeUser();
  tree = ownTree(alice);
});
const giveQuota = (quota: number | null) =>
  db().user.updateMany({ where: { siteId: alice.siteId, id: alice.userId }, data: { quota } });
const exceeded = expect.objectContaining({ status: 507, code: "QUOTA_EXCEEDED" });
const used = async () => (await getUsage(alice)).used;
const body = (size: number) => bytes("x".repeat(size));

describe("a person's room", () => {
  it("is what the site gives unless the person has more or less", async () => {
    await db().site.updateMany({ data: { defaultQuota: 5 } });
    expect(await getUsage(alice)).toEqual({ used: 0, quota: 5 });
    await expect(tree.write(["a"], body(6), { size: 6 })).rejects.toEqual(exceeded);

    await giveQuota(6);
    await tree.write(["a"], body(6), { size: 6 });

    expect(await getUsage(alice)).toEqual({ used: 6, quota: 6 });
  });

  it("is counted without waiting for others, where a short file comes and there is room enough", async () => {
    await giveQuota(2 * 1024 * 1024);
    const client = await pool().connect();
    try {
      await client.query("BEGIN");
      await client.query(`SELECT FROM "User" FOR NO KEY UPDATE`);
      await Promise.all([1, 2, 3].map((name) => tree.write([`${name}`], body(5), { size: 5 })));
    } finally {
      await client.query("ROLLBACK");
      client.release();
    }
    expect(await used()).toBe(15);

    const rest = 2 * 1024 * 1024 - 15;
    await expect(tree.write(["a"], body(rest + 1), { size: rest + 1 })).rejects.toEqual(exceeded);
    await tree.write(["a"], body(rest), { size: rest });
    await expect(tree.write(["b"], body(1), { size: 1 })).rejects.toEqual(exceeded);
    expect(await used()).toBe(2 * 1024 * 1024);
  });

  it("refuses an upload that says it is too big before its first byte", async () => {
    await giveQuota(10_000);
    let isRead = false;
    const watched = new Readable({
      read() {
        isRead = true;
        this.push(null);
      },
    });

    await expect(tree.write(["a"], watched, { size: 10_001 })).rejects.toEqual(exceeded);

    expect(isRead).toBe(false);
    expect(await used()).toBe(0);
  });

  it("cuts off an upload that does not say how big it is, once it is too big", async () => {
    await giveQuota(100_000);
    let sent = 0;
    const endless = new Readable({
      read() {
        sent += 10_000;
        this.push(Buffer.alloc(10_000));
      },
    });

    await expect(tree.write(["a"], endless)).rejects.toEqual(exceeded);

    expect(sent).toBeLessThan(10_000_000);
    endless.destroy();
    expect(await used()).toBe(0);
    expect(await namesIn(tree)).toEqual([]);
  });

  it("takes one of two uploads that only together exceed it", async () => {
    await giveQuota(10);
    for (const size of [6, undefined]) {
      const results = await Promise.allSettled([
        tree.write(["a"], body(6), { size }),
        tree.write(["b"], body(6), { size }),
      ]);

      expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(results.find((result) => result.status === "rejected")).toMatchObject({ reason: exceeded });
      expect(await used()).toBe(6);
      await tree.write([(await namesIn(tree))[0] ?? ""], body(0), { size: 0 });
      expect(await used()).toBe(6); // as a version, which gives way to the next
      await tree.remove([(await namesIn(tree))[0] ?? ""]);
    }
  });

  it("counts the difference when a file is replaced", async () => {
    await giveQuota(10);
    await tree.write(["a"], body(8), { size: 8 });

    await tree.write(["a"], body(10), { size: 10 });
    await expect(tree.write(["a"], body(11), { size: 11 })).rejects.toEqual(exceeded);
    await expect(tree.write(["a"], body(11))).rejects.toEqual(exceeded);
    await tree.write(["a"], body(3));

    expect(await used()).toBe(3);
    expect((await tree.stat(["a"])).size).toBe(3);
  });

  it("lets a person who has too much already delete and shrink", async () => {
    await makeFile(alice, "/a", "12345678");
    await giveQuota(4);

    await expect(tree.write(["b"], body(1))).rejects.toEqual(exceeded);
    await tree.write(["a"], body(5), { size: 5 });
    await tree.makeFolder(["folder"]);
    await tree.remove(["a"]);

    expect(await used()).toBe(5);
  });

  it("counts copies, and takes one of two that only together exceed it", async () => {
    await makeFile(alice, "/from/a", "1234");
    await giveQuota(11);

    const results = await Promise.allSettled([tree.copy(["from"], ["one"]), tree.copy(["from"], ["two"])]);

    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(results.find((result) => result.status === "rejected")).toMatchObject({ reason: exceeded });
    expect(await used()).toBe(8);
    expect(await namesIn(tree)).toHaveLength(2);
  });

  it("is given back when the bytes do not come", async () => {
    const broken = new Readable({
      read() {
        this.destroy(new Error("gone"));
      },
    });

    await expect(tree.write(["a"], broken, { size: 100 })).rejects.toThrow("gone");

    expect(await used()).toBe(0);
    expect(await db().uploadLease.count()).toBe(0);
  });

  it("is kept for an upload while it is under way", async () => {
    await giveQuota(10_000);
    const slow = new Readable({ read() {} });
    const upload = tree.write(["a"], slow, { size: 6_000 });
    await expect.poll(used).toBe(6_000);

    await expect(tree.write(["b"], body(4_001), { size: 4_001 })).rejects.toEqual(exceeded);
    slow.push("x".repeat(6_000));
    slow.push(null);
    await upload;

    expect(await used()).toBe(6_000);
  });

  it("is not lost to an upload of unknown size whose lease has ended before it did", async () => {
    const slow = new Readable({ read() {} });
    const upload = tree.write(["a"], slow);
    await expect.poll(() => db().uploadLease.count()).toBe(1);
    await db().uploadLease.deleteMany();
    slow.push("123456");
    slow.push(null);

    await expect(upload).rejects.toMatchObject({ status: 503, code: "UPLOAD_EXPIRED" });

    expect(await used()).toBe(0);
  });
});
