import { beforeEach, describe, expect, it } from "vitest";
import { db, pool } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { countWaiting } from "@/tests/locks";
import { makeUser } from "@/tests/make";
import { bytes, makeFile, names } from "@/tests/make-files";
import { foldChanges, sweepChanges } from "./changes";
import { inTree } from "./internal/sql";
import { ownTree } from "./own-tree";
import { purge } from "./purge";
import { deleteForGood, restoreTrashed } from "./trash";
import type { Tree } from "./tree";

let alice: UserPrincipal;
let tree: Tree;
beforeEach(async () => {
  alice = await makeUser();
  tree = ownTree(alice);
});
const etagOf = async (path: string) => (await tree.stat(names(path))).etag;
const versionOf = async (path: string) => Number((await etagOf(path)).split("-").at(-1));

describe("the etag of a folder", () => {
  it("changes with every change anywhere below, and of no other folder", async () => {
    await makeFile(alice, "/a/b/c.txt");
    await tree.makeFolder(["other"]);
    const works: [string, () => Promise<unknown>][] = [
      ["create", () => makeFile(alice, "/a/b/d.txt")],
      ["replace", () => tree.write(["a", "b", "d.txt"], bytes("x"))],
      ["make", () => tree.makeFolder(["a", "b", "folder"])],
      ["rename", () => tree.move(["a", "b", "d.txt"], ["a", "b", "e.txt"])],
      ["copy", () => tree.copy(["a", "b", "e.txt"], ["a", "b", "f.txt"])],
      ["remove", () => tree.remove(["a", "b", "f.txt"])],
    ];

    const otherBefore = await etagOf("/other");
    for (const [what, work] of works) {
      const before = [await etagOf("/"), await etagOf("/a"), await etagOf("/a/b")];
      await work();
      const after = [await etagOf("/"), await etagOf("/a"), await etagOf("/a/b")];
      expect(
        after.filter((etag, index) => etag === before[index]),
        what,
      ).toEqual([]);
    }
    expect(await etagOf("/other")).toBe(otherBefore);
  });

  it("changes at both ends of a move", async () => {
    await makeFile(alice, "/from/a.txt");
    await tree.makeFolder(["to"]);
    const before = [await etagOf("/from"), await etagOf("/to")];

    await tree.move(["from", "a.txt"], ["to", "a.txt"]);

    expect(await etagOf("/from")).not.toBe(before[0]);
    expect(await etagOf("/to")).not.toBe(before[1]);
  });

  it("changes when something is restored", async () => {
    const { id } = await makeFile(alice, "/a/b.txt");
    await tree.remove(["a", "b.txt"]);
    const before = await etagOf("/a");

    await restoreTrashed(alice, [id]);

    expect(await etagOf("/a")).not.toBe(before);
  });

  it("is the same in a list, before and after folding", async () => {
    await makeFile(alice, "/a/b/c.txt");
    const listed = async () => (await tree.list([])).items[0]?.etag;

    const before = [await etagOf("/a"), await listed()];
    await foldChanges();
    const after = [await etagOf("/a"), await listed()];

    expect(new Set([...before, ...after]).size).toBe(1);
    expect(await db().fileChange.count({ where: { isFolded: false } })).toBe(0);
    await makeFile(alice, "/a/d.txt");
    expect(await listed()).toBe(await etagOf("/a"));
    expect(await etagOf("/a")).not.toBe(before[0]);
  });

  it("tells when something below last changed", async () => {
    await makeFile(alice, "/a/b.txt");
    const made = (await tree.stat(["a"])).modifiedAt;

    await tree.write(["a", "b.txt"], bytes("later"));
    const unfolded = (await tree.stat(["a"])).modifiedAt;
    await foldChanges();

    expect(unfolded.getTime()).toBeGreaterThan(made.getTime());
    expect((await tree.stat(["a"])).modifiedAt).toEqual(unfolded);
  });

  it("never goes back or repeats while many write and changes are folded", async () => {
    await tree.makeFolder(["a"]);
    let isDone = false;
    const seen: number[] = [];
    const watching = (async () => {
      while (!isDone) seen.push(await versionOf("/a"));
    })();
    const folding = (async () => {
      while (!isDone) await foldChanges();
    })();

    const writes = Array.from({ length: 20 }, async (_, number) => {
      const before = await versionOf("/a");
      await tree.write(["a", `${number}.txt`], bytes("x"));
      expect(await versionOf("/a")).toBeGreaterThan(before);
    });
    await Promise.all(writes);
    isDone = true;
    await Promise.all([watching, folding]);

    expect(seen).toEqual([...seen].sort((one, other) => one - other));
    expect(await versionOf("/a")).toBe(20);
    expect(await versionOf("/")).toBe(21);
  });

  it("makes no writer wait for another", async () => {
    await tree.makeFolder(["a"]);
    const { siteId, userId } = alice;

    // A transaction that has written below the root and does not end: all others must pass.
    await inTree({ siteId, ownerId: userId }, "shared", async (client) => {
      const root = await db().fileNode.findFirstOrThrow({ where: { siteId, ownerId: userId, parentId: null } });
      await client.query(
        `INSERT INTO "FileChange" ("siteId", "ownerId", "nodeId", "ancestors") VALUES ($1, $2, $3, $4)`,
        [siteId, userId, crypto.randomUUID(), [root.id]],
      );
      await client.query("SET LOCAL statement_timeout = '5s'");
      await Promise.all(Array.from({ length: 20 }, (_, number) => makeFile(alice, `/a/${number}.txt`)));
      await foldChanges();
    });

    expect((await tree.list(["a"])).items).toHaveLength(20);
    expect(await versionOf("/")).toBe(22);
  });

  it("keeps nobody waiting for ever, nor with more than a part of the connections", async () => {
    const owner = { siteId: alice.siteId, ownerId: alice.userId };
    const held = await pool().connect();
    await held.query("BEGIN");
    await held.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [
      `tree/${owner.siteId}/${owner.ownerId}`,
    ]);

    const late = inTree(owner, "shared", (client) => client.query("SELECT 1"), { patienceMs: 1 });
    await expect(late).rejects.toMatchObject({ status: 503, code: "BUSY", retryAfter: 5 });
    const waiting = Array.from({ length: 20 }, (_, number) => tree.makeFolder([`${number}`]));
    await expect.poll(countWaiting).toBe(2); // of five
    expect((await tree.list([])).items).toEqual([]);

    await held.query("ROLLBACK");
    held.release();
    await Promise.all(waiting);
    expect((await tree.list([])).items).toHaveLength(20);
  });

  it("forgets what was counted a month ago, and nobody sees it", async () => {
    await makeFile(alice, "/a/old.txt");
    await makeFile(alice, "/a/new.txt");
    await foldChanges();
    await makeFile(alice, "/a/unfolded.txt");
    const changes = await db().fileChange.findMany({ where: { siteId: alice.siteId }, orderBy: { id: "asc" } });
    const old = changes.filter((_, index) => index !== 2).map(({ id }) => id);
    await db().fileChange.updateMany({
      where: { id: { in: old } },
      data: { at: new Date(Date.now() - 31 * 86_400_000) },
    });
    const before = await etagOf("/a");

    await sweepChanges();

    expect(changes.map(({ isFolded }) => isFolded)).toEqual([true, true, true, false]);
    expect((await db().fileChange.findMany({ orderBy: { id: "asc" } })).map(({ id }) => id)).toEqual([
      changes[2]?.id,
      changes[3]?.id,
    ]);
    expect(await etagOf("/a")).toBe(before);
  });

  it("leaves nothing behind of a folder that was deleted for good", async () => {
    await makeFile(alice, "/a/b.txt");
    const { id } = await tree.stat(["a"]);
    await tree.remove(["a"]);
    await deleteForGood(alice, [id]);

    await purge(alice, async () => {});
    await foldChanges();

    expect(await db().folderVersion.count()).toBe(1);
  });
});
