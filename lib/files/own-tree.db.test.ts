import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, it } from "vitest";
import { db, inTransaction } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { getSite } from "@/lib/sites/sites";
import { makeUser } from "@/tests/make";
import { bytes, contentOf, makeFile, names, namesIn } from "@/tests/make-files";
import { walk } from "./internal/walk";
import { placeMount } from "./mounts";
import { getNode, nodePath } from "./nodes";
import { ownTree } from "./own-tree";
import type { Tree } from "./tree";
import { getUsage } from "./usage";

let alice: UserPrincipal;
let tree: Tree;
beforeEach(async () => {
  alice = await makeUser();
  tree = ownTree(alice);
});
const code = (expected: string) => expect.objectContaining({ code: expected });
const codesOf = (results: PromiseSettledResult<unknown>[]) =>
  results.map((result) => (result.status === "fulfilled" ? "done" : result.reason.code)).sort();

describe("reading and writing", () => {
  it("gives back the bytes that were written, whole and in part", async () => {
    const { entry, created } = await tree.write(["hello.txt"], bytes("Hello, world"), { size: 12 });

    expect(created).toBe(true);
    expect(entry).toMatchObject({ name: "hello.txt", kind: "file", size: 12, mediaType: "text/plain", canWrite: true });
    expect(await contentOf(tree, "/hello.txt")).toBe("Hello, world");
    const part = await tree.read(["hello.txt"], { range: { first: 7, last: 100 } });
    expect(part.range).toEqual({ start: 7, end: 11 });
    expect(await text(part.body)).toBe("world");
    await expect(tree.read(["hello.txt"], { range: { first: 12 } })).rejects.toEqual(code("RANGE_INVALID"));
  });

  it("keeps many chunks in order, with their hash", async () => {
    const chunks = Array.from({ length: 3000 }, (_, index) => Buffer.alloc(1000 + (index % 7), index % 256));
    const whole = Buffer.concat(chunks);

    const { entry } = await tree.write(["big.bin"], Readable.from(chunks));

    const { body } = await tree.read(["big.bin"]);
    expect(Buffer.concat(await body.toArray()).equals(whole)).toBe(true);
    const blob = await db().blob.findFirstOrThrow({ where: { id: entry.etag } });
    const digest = await crypto.subtle.digest("SHA-256", whole);
    expect(blob.sha256).toBe(Buffer.from(digest).toString("hex"));
  });

  it("stores an empty file", async () => {
    await tree.write(["empty"], Readable.from([]), { size: 0 });

    expect(await contentOf(tree, "/empty")).toBe("");
  });

  it("replaces a file under the same id with another etag", async () => {
    const first = await tree.write(["a.txt"], bytes("one"));

    const second = await tree.write(["a.txt"], bytes("two!"));

    expect(second.created).toBe(false);
    expect(second.entry.id).toBe(first.entry.id);
    expect(second.entry.etag).not.toBe(first.entry.etag);
    expect(await contentOf(tree, "/a.txt")).toBe("two!");
  });

  it("refuses what cannot be written", async () => {
    await makeFile(alice, "/a.txt");
    await tree.makeFolder(["folder"]);
    const write = (path: string, options = {}) => tree.write(names(path), bytes("x"), options);

    await expect(write("/none/a.txt")).rejects.toEqual(code("NODE_NOT_FOUND"));
    await expect(write("/a.txt/b.txt")).rejects.toEqual(code("NOT_A_FOLDER"));
    await expect(write("/folder")).rejects.toEqual(code("NAME_TAKEN"));
    await expect(write("/a.txt", { ifAbsent: true })).rejects.toEqual(code("NAME_TAKEN"));
    await expect(write("/a.txt", { ifMatch: "other" })).rejects.toEqual(code("ETAG_MISMATCH"));
    await expect(write("/new.txt", { ifMatch: "other" })).rejects.toEqual(code("ETAG_MISMATCH"));
    await expect(write("/new.txt", { size: 2 })).rejects.toEqual(code("SIZE_MISMATCH"));
    await expect(tree.write([".."], bytes("x"))).rejects.toEqual(code("NAME_INVALID"));
    await expect(tree.write(["a\0b"], bytes("x"))).rejects.toEqual(code("NODE_NOT_FOUND"));
    await expect(tree.read(["folder"])).rejects.toEqual(code("NOT_A_FILE"));
    await expect(tree.list(["a.txt"])).rejects.toEqual(code("NOT_A_FOLDER"));
    await expect(tree.stat(["none"])).rejects.toEqual(code("NODE_NOT_FOUND"));
    expect(await db().blob.count()).toBe(1);
    expect(await db().uploadLease.count()).toBe(0);
  });

  it("shows a file by the same name however its letters are composed, but tells upper from lower case", async () => {
    await makeFile(alice, "/A\u0308.txt", "composed");
    await makeFile(alice, "/a.txt", "lower");
    await makeFile(alice, "/A.txt", "upper");

    expect(await contentOf(tree, "/Ä.txt")).toBe("composed");
    expect(await contentOf(tree, "/a.txt")).toBe("lower");
  });

  it("creates once when many create the same name, if it must not replace", async () => {
    const write = (content: string) => tree.write(["a.txt"], bytes(content), { ifAbsent: true });

    const results = await Promise.allSettled(["one", "two", "three", "four"].map(write));

    expect(codesOf(results)).toEqual(["NAME_TAKEN", "NAME_TAKEN", "NAME_TAKEN", "done"]);
    expect(await namesIn(tree)).toEqual(["a.txt"]);
    expect(await db().blob.count()).toBe(1);
  });

  it("loses no acknowledged write when many replace or create the same name", async () => {
    const results = await Promise.all(["one", "two", "six"].map((content) => tree.write(["a.txt"], bytes(content))));

    expect(results.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(results.map(({ entry }) => entry.id)).size).toBe(1);
    expect(results.map(({ entry }) => entry.etag)).toContain((await tree.stat(["a.txt"])).etag);
    expect((await getUsage(alice)).used).toBe(9); // two of them as versions
  });

  it("replaces once when two replace the same version", async () => {
    const { etag } = await makeFile(alice, "/a.txt");

    const write = (content: string) => tree.write(["a.txt"], bytes(content), { ifMatch: etag });
    const results = await Promise.allSettled([write("one"), write("two")]);

    expect(codesOf(results)).toEqual(["ETAG_MISMATCH", "done"]);
  });
});

describe("a list", () => {
  it("has folders first, then names as people count and spell", async () => {
    for (const name of ["img10.png", "IMG2.png", "b", "Ä", "a"]) await makeFile(alice, name);
    await tree.makeFolder(["z"]);

    expect(await namesIn(tree)).toEqual(["z", "a", "Ä", "b", "IMG2.png", "img10.png"]);
  });

  it("goes on after the last name, whatever came or went in between", async () => {
    for (let number = 1; number <= 9; number++) await makeFile(alice, `/${number}.txt`);
    await tree.makeFolder(["b"]);
    await tree.makeFolder(["a"]);

    const first = await tree.list([], { limit: 4 });
    await makeFile(alice, "/0.txt");
    await makeFile(alice, "/5a.txt");
    await tree.remove(["2.txt"]);
    const second = await tree.list([], { limit: 100, after: first.next ?? "" });

    expect(first.items.map(({ name }) => name)).toEqual(["a", "b", "1.txt", "2.txt"]);
    expect(second.items.map(({ name }) => name)).toEqual([
      "3.txt",
      "4.txt",
      "5.txt",
      "5a.txt",
      "6.txt",
      "7.txt",
      "8.txt",
      "9.txt",
    ]);
    expect(second.next).toBeNull();
    await expect(tree.list([], { after: "nonsense" })).rejects.toEqual(code("PAGE_INVALID"));
  });

  it("is of one's own only", async () => {
    await makeFile(alice, "/a.txt");
    const bob = await makeUser({ site: await getSite(alice.siteId) });

    expect(await namesIn(ownTree(bob))).toEqual([]);
  });
});

describe("moving and copying", () => {
  it("moves a folder with all that is in it, and nothing else knows the difference", async () => {
    await makeFile(alice, "/from/deep/a.txt", "a");
    await tree.makeFolder(["to"]);
    const { id } = await tree.stat(["from", "deep"]);

    const moved = await tree.move(["from", "deep"], ["to", "renamed"]);

    expect(moved).toMatchObject({ id, name: "renamed" });
    expect(await namesIn(tree, "/from")).toEqual([]);
    expect(await contentOf(tree, "/to/renamed/a.txt")).toBe("a");
    expect(await nodePath(alice.siteId, id)).toBe("/to/renamed");
  });

  it("copies a folder without storing anything twice, and counts it", async () => {
    await makeFile(alice, "/from/deep/a.txt", "12345");
    await makeFile(alice, "/from/deep/gone.txt", "123");
    await tree.remove(["from", "deep", "gone.txt"]);

    await tree.copy(["from"], ["copy"]);
    await tree.write(["from", "deep", "a.txt"], bytes("changed"));

    expect(await contentOf(tree, "/copy/deep/a.txt")).toBe("12345");
    expect(await namesIn(tree, "/copy/deep")).toEqual(["a.txt"]);
    expect((await getUsage(alice)).used).toBe(7 + 5 + 3 + 5); // what was changed, what it held, the trash, the copy
  });

  it("copies a folder alone when asked to", async () => {
    await makeFile(alice, "/from/a.txt");

    await tree.copy(["from"], ["copy"], { depth: "0" });

    expect(await namesIn(tree, "/copy")).toEqual([]);
  });

  it("puts what it overwrites into the trash", async () => {
    await makeFile(alice, "/a.txt", "new");
    await makeFile(alice, "/b.txt", "old");

    await expect(tree.move(["a.txt"], ["b.txt"])).rejects.toEqual(code("NAME_TAKEN"));
    await expect(tree.copy(["a.txt"], ["b.txt"])).rejects.toEqual(code("NAME_TAKEN"));
    await tree.move(["a.txt"], ["b.txt"], { overwrite: true });

    expect(await contentOf(tree, "/b.txt")).toBe("new");
    expect(await namesIn(tree)).toEqual(["b.txt"]);
    expect(await db().fileNode.count({ where: { name: "b.txt", trashedAt: { not: null } } })).toBe(1);
  });

  it("moves and copies only what is as it was last seen, if told so", async () => {
    const { etag } = await makeFile(alice, "/a/b.txt", "one");
    await makeFile(alice, "/a/b.txt", "two");
    const stale = { ifMatch: etag };

    await expect(tree.move(["a", "b.txt"], ["c"], stale)).rejects.toEqual(code("ETAG_MISMATCH"));
    await expect(tree.copy(["a", "b.txt"], ["c"], stale)).rejects.toEqual(code("ETAG_MISMATCH"));
    await tree.move(["a"], ["c"], { ifMatch: (await tree.stat(["a"])).etag });

    expect(await contentOf(tree, "/c/b.txt")).toBe("two");
  });

  it("refuses to put a folder into itself or over a folder it is in", async () => {
    await makeFile(alice, "/a/b/c.txt");

    for (const work of [tree.move, tree.copy]) {
      await expect(work(["a"], ["a", "b", "a"])).rejects.toEqual(code("INTO_ITSELF"));
      await expect(work(["a", "b"], ["a"], { overwrite: true })).rejects.toEqual(code("INTO_ITSELF"));
      await expect(work(["none"], ["x"])).rejects.toEqual(code("NODE_NOT_FOUND"));
      await expect(work(["a"], ["none", "x"])).rejects.toEqual(code("NODE_NOT_FOUND"));
      await expect(work(["a"], ["."])).rejects.toEqual(code("NAME_INVALID"));
      await expect(work([], ["x"])).rejects.toEqual(code("READ_ONLY"));
    }
    await expect(tree.remove([])).rejects.toEqual(code("READ_ONLY"));
    expect(await contentOf(tree, "/a/b/c.txt")).toBe("content");
  });

  it("never closes a circle when two folders are moved into each other at once", async () => {
    for (let round = 0; round < 5; round++) {
      await tree.makeFolder([`a${round}`]);
      await tree.makeFolder([`b${round}`]);

      const results = await Promise.allSettled([
        tree.move([`a${round}`], [`b${round}`, "a"]),
        tree.move([`b${round}`], [`a${round}`, "b"]),
      ]);

      expect(codesOf(results)).toEqual(["NODE_NOT_FOUND", "done"]);
    }
  });

  it("moves once when two move the same thing", async () => {
    await makeFile(alice, "/a.txt");

    const results = await Promise.allSettled([tree.move(["a.txt"], ["b.txt"]), tree.move(["a.txt"], ["c.txt"])]);

    expect(codesOf(results)).toEqual(["NODE_NOT_FOUND", "done"]);
    expect(await namesIn(tree)).toHaveLength(1);
  });
});

describe("the place of a received share", () => {
  it("finds a free name, can be moved and renamed, but not deleted or copied", async () => {
    await tree.makeFolder(["Shared"]);
    await tree.makeFolder(["folder"]);
    const share = { siteId: alice.siteId, userId: alice.userId, receivedShareId: crypto.randomUUID(), name: "Shared" };
    const id = await db().$transaction((tx) => placeMount(tx, share));
    const again = await db().$transaction((tx) => placeMount(tx, share));

    expect(again).toBe(id);
    expect(await tree.stat(["Shared (2)"])).toMatchObject({ id, receivedShareId: share.receivedShareId });
    await expect(tree.remove(["Shared (2)"])).rejects.toEqual(code("NODE_NOT_FOUND"));
    await expect(ownTree(alice, { openMount: async () => tree }).remove(["Shared (2)"])).rejects.toEqual(
      code("IS_RECEIVED_SHARE"),
    );
    await expect(tree.copy(["Shared (2)"], ["copy"])).rejects.toEqual(code("IS_RECEIVED_SHARE"));
    await tree.move(["Shared (2)"], ["folder", "theirs"]);
    expect(await namesIn(tree, "/folder")).toEqual(["theirs"]);
  });
});

describe("a node by its id", () => {
  it("is found while it lives and is one's own", async () => {
    const { id } = await makeFile(alice, "/a/b.txt");
    const bob = await makeUser({ site: await getSite(alice.siteId) });

    expect(await getNode(alice, id)).toEqual({ id, name: "b.txt", kind: "file" });
    await expect(getNode(bob, id)).rejects.toEqual(code("NODE_NOT_FOUND"));
    await tree.remove(["a"]);
    await expect(getNode(alice, id)).rejects.toEqual(code("NODE_NOT_FOUND"));
    expect(await nodePath(alice.siteId, id)).toBeNull();
  });
});

it("finds its way by an index also if its plan was made when there was next to nothing", async () => {
  const alice = await makeUser();
  const tree = ownTree(alice);
  await tree.makeFolder(["a"]);
  await db().$executeRaw`ANALYZE`;
  const scope = { siteId: alice.siteId, ownerId: alice.userId, rootId: null, canWrite: true };

  const scans = await inTransaction("BEGIN", async (client) => {
    for (let times = 1; times <= 10; times++) await walk(client, scope, ["a", "b"]);
    const { rows } = await client.query<{ scans: number }>(
      `SELECT seq_scan::int AS scans FROM pg_stat_xact_user_tables WHERE relname = 'FileNode'`,
    );
    return rows[0]?.scans;
  });

  expect(scans).toBe(0);
});

it("copies no more at once than has an end", async () => {
  const alice = await makeUser();
  const tree = ownTree(alice);
  const { id } = await tree.makeFolder(["many"]);
  const insert = (from: number, to: number) => db().$executeRaw`
    INSERT INTO "FileNode" ("siteId", "ownerId", "id", "parentId", "kind", "name")
    SELECT ${alice.siteId}::uuid, ${alice.userId}::uuid, gen_random_uuid(), ${id}::uuid, 'folder', n::text
    FROM generate_series(${from}::int, ${to}::int) n`;
  // What PostgreSQL learns at such a moment must not make it look for the children of each folder in the whole table.
  await insert(1, 1000);
  await db().$executeRaw`ANALYZE "FileNode"`;
  await insert(1001, 49_999);
  await tree.copy(["many"], ["as many"]);
  await insert(50_000, 50_000);

  await expect(tree.copy(["many"], ["more"])).rejects.toMatchObject({ status: 409, code: "TOO_MUCH" });

  await tree.copy(["many"], ["more"], { depth: "0" });
  expect((await tree.list(["more"])).items).toEqual([]);
}, 180_000);
