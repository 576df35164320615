import { Readable } from "node:stream";
import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { makeUser } from "@/tests/make";
import { bytes, contentOf, makeFile, names, namesIn } from "@/tests/make-files";
import { placeMount } from "./mounts";
import { ownTree } from "./own-tree";
import { subtree } from "./subtree";
import { listTrash, restoreTrashed } from "./trash";
import type { Tree } from "./tree";
import { getUsage } from "./usage";

let alice: UserPrincipal;
let own: Tree;
beforeEach(async () => {
  alice = await makeUser();
  own = ownTree(alice);
  await makeFile(alice, "/private.txt", "private");
  await makeFile(alice, "/above/shared/a.txt", "a");
});
const code = (expected: string) => expect.objectContaining({ code: expected });
async function share(path: string, role: "viewer" | "editor" = "editor"): Promise<Tree> {
  const { id: nodeId } = await own.stat(names(path));
  return subtree({ siteId: alice.siteId, ownerId: alice.userId, nodeId, role, holder: "Bob" });
}

describe("what is shared of a tree", () => {
  it("is the folder and what is below it", async () => {
    const tree = await share("/above/shared");

    await tree.write(["b.txt"], bytes("b"), { size: 1 });
    await tree.makeFolder(["folder"]);
    await tree.move(["b.txt"], ["folder", "b.txt"]);
    await tree.copy(["folder"], ["copy"]);

    expect(await namesIn(tree)).toEqual(["copy", "folder", "a.txt"]);
    expect(await contentOf(own, "/above/shared/copy/b.txt")).toBe("b");
    expect((await getUsage(alice)).used).toBe(7 + 1 + 1 + 1);
    expect((await tree.stat([])).kind).toBe("folder");
  });

  it("gives nothing away to whoever may only view", async () => {
    const tree = await share("/above/shared", "viewer");

    expect(await contentOf(tree, "/a.txt")).toBe("a");
    expect((await tree.stat(["a.txt"])).canWrite).toBe(false);
    await expect(tree.write(["b.txt"], bytes("b"))).rejects.toEqual(code("READ_ONLY"));
    await expect(tree.write(["a.txt"], bytes("b"))).rejects.toEqual(code("READ_ONLY"));
    await expect(tree.makeFolder(["b"])).rejects.toEqual(code("READ_ONLY"));
    await expect(tree.remove(["a.txt"])).rejects.toEqual(code("READ_ONLY"));
    await expect(tree.move(["a.txt"], ["b.txt"])).rejects.toEqual(code("READ_ONLY"));
    await expect(tree.copy(["a.txt"], ["b.txt"])).rejects.toEqual(code("READ_ONLY"));
  });

  it("leads nowhere else", async () => {
    const tree = await share("/above/shared");

    for (const path of [["..", "private.txt"], [".."], ["", "private.txt"], ["../private.txt"], ["/private.txt"]]) {
      await expect(tree.stat(path)).rejects.toEqual(code("NODE_NOT_FOUND"));
    }
    await expect(tree.move(["a.txt"], ["..", "a.txt"])).rejects.toEqual(code("NODE_NOT_FOUND"));
    await expect(tree.remove([])).rejects.toEqual(code("READ_ONLY"));
    await expect(tree.move([], ["b"])).rejects.toEqual(code("READ_ONLY"));
    await expect(tree.copy(["a.txt"], [], { overwrite: true })).rejects.toEqual(code("READ_ONLY"));
  });

  it("may be a file, which is its own root", async () => {
    const tree = await share("/above/shared/a.txt");

    const { entry, created } = await tree.write([], bytes("changed"));

    expect([created, entry.name]).toEqual([false, "a.txt"]);
    expect(await contentOf(tree, "/")).toBe("changed");
    expect(await contentOf(own, "/above/shared/a.txt")).toBe("changed");
    await expect(tree.write(["b.txt"], bytes("b"))).rejects.toEqual(code("NOT_A_FOLDER"));
    await expect(tree.list([])).rejects.toEqual(code("NOT_A_FOLDER"));
  });

  it("puts what is removed into its owner's trash, with where it was", async () => {
    const tree = await share("/above/shared");

    await tree.remove(["a.txt"]);

    expect((await listTrash(alice)).items).toMatchObject([{ name: "a.txt", trashedFrom: "/above/shared" }]);
  });

  it("changes the etags of the folders above it too", async () => {
    const tree = await share("/above/shared");
    const above = async () => (await own.stat(["above"])).etag;
    const seen = [await above()];
    for (const work of [
      () => tree.write(["b.txt"], bytes("b")),
      () => tree.move(["b.txt"], ["c.txt"]),
      () => tree.remove(["c.txt"]),
    ]) {
      await work();
      seen.push(await above());
    }

    expect(new Set(seen).size).toBe(4);
  });

  it("rests while it or a folder above it is in the trash, and comes back with it", async () => {
    const tree = await share("/above/shared");
    const { id } = await own.stat(["above"]);
    await own.remove(["above"]);

    await expect(tree.stat([])).rejects.toEqual(expect.objectContaining({ status: 503, code: "SHARE_SUSPENDED" }));
    await expect(tree.write(["b.txt"], bytes("b"))).rejects.toEqual(code("SHARE_SUSPENDED"));
    await restoreTrashed(alice, [id]);

    expect(await contentOf(tree, "/a.txt")).toBe("a");
  });

  it("follows the folder when its owner moves it", async () => {
    const tree = await share("/above/shared");

    await own.move(["above", "shared"], ["elsewhere"]);

    expect(await contentOf(tree, "/a.txt")).toBe("a");
  });

  it("is gone when its node is another's or none", async () => {
    const { siteId, userId: ownerId } = alice;
    const bob = await makeUser();
    const { id } = await own.stat(["private.txt"]);
    const of = (ids: { siteId: string; ownerId: string; nodeId: string }) =>
      subtree({ ...ids, role: "editor", holder: "Bob" }).stat([]);

    await expect(of({ siteId, ownerId, nodeId: crypto.randomUUID() })).rejects.toEqual(code("NODE_NOT_FOUND"));
    await expect(of({ siteId: bob.siteId, ownerId, nodeId: id })).rejects.toEqual(code("NODE_NOT_FOUND"));
    await expect(of({ siteId, ownerId: bob.userId, nodeId: id })).rejects.toEqual(code("NODE_NOT_FOUND"));
  });

  it("does not pass on what others shared with its owner", async () => {
    const mount = { siteId: alice.siteId, userId: alice.userId, receivedShareId: crypto.randomUUID(), name: "theirs" };
    await db().$transaction((tx) => placeMount(tx, mount));
    await own.move(["theirs"], ["above", "shared", "theirs"]);
    const tree = await share("/above/shared");

    expect(await namesIn(tree)).toEqual(["a.txt"]);
    await expect(tree.stat(["theirs"])).rejects.toEqual(code("NODE_NOT_FOUND"));
    await expect(tree.write(["theirs"], bytes("x"))).rejects.toEqual(code("NAME_TAKEN"));
    await expect(tree.makeFolder(["theirs"])).rejects.toEqual(code("NAME_TAKEN"));
    await expect(tree.move(["a.txt"], ["theirs"], { overwrite: true })).rejects.toEqual(code("NAME_TAKEN"));
    await expect(tree.remove(["theirs"])).rejects.toEqual(code("NODE_NOT_FOUND"));
  });

  it("takes no upload that ends after its folder has left the share", async () => {
    const tree = await share("/above/shared");
    await tree.makeFolder(["folder"]);
    const body = new Readable({ read() {} });
    const upload = tree.write(["folder", "late.txt"], body);
    await expect.poll(() => db().uploadLease.count()).toBe(1);

    await own.move(["above", "shared", "folder"], ["private"]);
    body.push("late");
    body.push(null);

    await expect(upload).rejects.toEqual(code("NODE_NOT_FOUND"));
    expect(await namesIn(own, "/private")).toEqual([]);
  });
});
