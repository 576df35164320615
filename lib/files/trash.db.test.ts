import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { getSite } from "@/lib/sites/sites";
import { makeUser } from "@/tests/make";
import { contentOf, makeFile, names, namesIn } from "@/tests/make-files";
import { sweepBlobs } from "./blobs/sweep";
import { placeMount } from "./mounts";
import { ownTree } from "./own-tree";
import { purge, sweepPurged, sweepTrash } from "./purge";
import { deleteForGood, findTrashed, listTrash, restoreTrashed } from "./trash";
import type { Tree } from "./tree";
import { getUsage } from "./usage";

let alice: UserPrincipal;
let tree: Tree;
beforeEach(async () => {
  alice = await makeUser();
  tree = ownTree(alice);
});
const code = (expected: string) => expect.objectContaining({ code: expected });
/** Makes a file and deletes what stands at the path. Returns the id of that. */
async function trash(path: string, file = path): Promise<string> {
  await makeFile(alice, file);
  const { id } = await tree.stat(names(path));
  await tree.remove(names(path));
  return id;
}
const jobs = () => db().$queryRaw<{ payload: { siteId: string; userId: string } }[]>`
  SELECT j.payload FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
  WHERE t.identifier = 'purge'`;
async function runJobs(): Promise<void> {
  for (const { payload } of await jobs()) await purge(payload, async () => {});
}
async function deleteAndPurge(id: string): Promise<void> {
  await deleteForGood(alice, [id]);
  await runJobs();
}

describe("the trash", () => {
  it("lists what was deleted with where it was, the latest first, in pages", async () => {
    await trash("/a/one.txt");
    await trash("/folder", "/folder/b.txt");
    await trash("/two.txt");

    const first = await listTrash(alice, { limit: 2 });
    const second = await listTrash(alice, { limit: 2, after: first.next ?? "" });

    expect(first.items.map(({ name, kind, trashedFrom }) => [name, kind, trashedFrom])).toEqual([
      ["two.txt", "file", "/"],
      ["folder", "folder", "/"],
    ]);
    expect(second.items.map(({ name, trashedFrom }) => [name, trashedFrom])).toEqual([["one.txt", "/a"]]);
    expect(second.next).toBeNull();
    for (const after of ["nonsense", `-8640000000000000_${alice.userId}`, `8640000000000000_${alice.userId}`]) {
      await expect(listTrash(alice, { after })).rejects.toEqual(code("PAGE_INVALID"));
    }
  });

  it("still removes what was deleted for good after its job got lost", async () => {
    const id = await trash("/a.txt");
    await trash("/kept.txt");
    await deleteForGood(alice, [id]);
    await db().$executeRaw`DELETE FROM graphile_worker._private_jobs`;

    await sweepPurged();

    const { siteId, userId } = alice;
    expect(await jobs()).toEqual([{ payload: { siteId, userId } }]);
    await runJobs();
    await db().$executeRaw`DELETE FROM graphile_worker._private_jobs`;
    await sweepPurged();
    expect(await jobs()).toEqual([]);
  });

  it("is emptied at once, however much it holds", async () => {
    const { siteId, userId } = alice;
    const { id } = await tree.stat([]);
    await db().$executeRaw`
      INSERT INTO "FileNode" ("siteId", "ownerId", "id", "parentId", "kind", "name", "trashedAt")
      SELECT ${siteId}::uuid, ${userId}::uuid, gen_random_uuid(), ${id}::uuid, 'folder', n::text, now()
      FROM generate_series(1, 30000) n`;

    await deleteForGood(alice, "all");

    expect((await listTrash(alice)).items).toEqual([]);
    expect(await jobs()).toHaveLength(1);
  });

  it("frees the name at once", async () => {
    await trash("/a.txt");
    await trash("/a.txt");
    await makeFile(alice, "/a.txt");

    expect((await listTrash(alice)).items).toHaveLength(2);
  });

  it("gives things back where they were, under a numbered name if theirs is taken", async () => {
    const id = await trash("/a/b.txt");
    await makeFile(alice, "/a/b.txt", "another");

    const restored = await restoreTrashed(alice, [id]);

    expect(restored).toEqual([{ id, path: "/a/b (2).txt" }]);
    expect(await contentOf(tree, "/a/b (2).txt")).toBe("content");
  });

  it("gives things back at the top when their folder is gone, and into it when it comes back too", async () => {
    const file = await trash("/a/b.txt");
    const { id: folder } = await tree.stat(["a"]);
    await tree.remove(["a"]);

    const alone = await restoreTrashed(alice, [file]);
    await tree.move(["b.txt"], ["c.txt"]);
    const both = await restoreTrashed(alice, [folder]);

    expect([...alone, ...both].map(({ path }) => path)).toEqual(["/b.txt", "/a"]);
    const again = await trash("/a/b.txt");
    await tree.remove(["a"]);
    expect((await restoreTrashed(alice, [again, folder])).map(({ path }) => path).sort()).toEqual(["/a", "/a/b.txt"]);
  });

  it("gives a thing back once when two ask", async () => {
    const id = await trash("/a.txt");

    const results = await Promise.allSettled([restoreTrashed(alice, [id]), restoreTrashed(alice, [id])]);

    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await namesIn(tree)).toEqual(["a.txt"]);
  });

  it("is one's own only", async () => {
    const id = await trash("/a.txt");
    const bob = await makeUser({ site: await getSite(alice.siteId) });

    expect((await listTrash(bob)).items).toEqual([]);
    expect(await findTrashed(bob, id)).toBeNull();
    await expect(restoreTrashed(bob, [id])).rejects.toEqual(code("NODE_NOT_FOUND"));
    await expect(deleteForGood(bob, [id])).rejects.toEqual(code("NODE_NOT_FOUND"));
  });
});

describe("deleting for good", () => {
  it("takes a thing out of sight at once, and a job gives the room back", async () => {
    const id = await trash("/a", "/a/b.txt");
    await makeFile(alice, "/stays.txt", "123");

    await deleteForGood(alice, [id]);

    expect((await listTrash(alice)).items).toEqual([]);
    await expect(restoreTrashed(alice, [id])).rejects.toEqual(code("NODE_NOT_FOUND"));
    await expect(deleteForGood(alice, [id])).rejects.toEqual(code("NODE_NOT_FOUND"));
    expect((await getUsage(alice)).used).toBe(10);
    await runJobs();
    expect((await getUsage(alice)).used).toBe(3);
    expect(await db().fileNode.count()).toBe(2);
    expect(await db().blob.count()).toBe(1);
  });

  it("of everything empties the trash, and of nothing is no error", async () => {
    await trash("/a.txt");
    await trash("/b.txt");

    await deleteForGood(alice, "all");
    await deleteForGood(alice, "all");

    expect((await listTrash(alice)).items).toEqual([]);
    await runJobs();
    expect(await db().fileNode.count()).toBe(1);
  });

  it("keeps what else was deleted from a folder, and what others shared that stood in it", async () => {
    const file = await trash("/a/b.txt");
    const share = { siteId: alice.siteId, userId: alice.userId, receivedShareId: crypto.randomUUID(), name: "theirs" };
    await db().$transaction((tx) => placeMount(tx, share));
    await tree.move(["theirs"], ["a", "theirs"]);
    const folder = await trash("/a", "/a/c.txt");

    await deleteAndPurge(folder);

    expect((await listTrash(alice)).items.map(({ id }) => id)).toEqual([file]);
    expect(await namesIn(tree)).toEqual(["theirs"]);
    expect((await restoreTrashed(alice, [file]))[0]?.path).toBe("/b.txt");
    expect(await contentOf(tree, "/b.txt")).toBe("content");
  });

  it("may be done again after it was interrupted", async () => {
    const id = await trash("/a", "/a/b/c.txt");
    await deleteAndPurge(id);

    await runJobs();

    expect((await getUsage(alice)).used).toBe(0);
  });

  it("leaves the bytes to copies, also to one that is being made", async () => {
    for (let round = 0; round < 8; round++) {
      const source = `/from${round}.txt`;
      await makeFile(alice, source, "content");
      await tree.move(names(source), ["source.txt"]);
      const { id } = await tree.stat(["source.txt"]);

      const copying = tree.copy(["source.txt"], [`copy${round}.txt`]).then(
        () => true,
        () => false,
      );
      const purging = tree
        .remove(["source.txt"])
        .then(() => deleteForGood(alice, [id]))
        .then(() => Promise.all([purge(alice, async () => {}), sweepBlobs()]));
      const [isCopied] = await Promise.all([copying, purging]);

      if (isCopied) expect(await contentOf(tree, `/copy${round}.txt`)).toBe("content");
    }
    const { used } = await getUsage(alice);
    expect(used).toBe((await namesIn(tree)).length * 7);
  });
});

describe("what has been in the trash for long", () => {
  const age = (id: string, days: number) =>
    db().fileNode.updateMany({ where: { id }, data: { trashedAt: new Date(Date.now() - days * 86_400_000) } });

  it("is deleted for good after thirty days, and gives its room back", async () => {
    const old = await trash("/old.txt");
    const young = await trash("/young.txt");
    await age(old, 30.1);
    await age(young, 29.9);

    await sweepTrash();

    expect((await listTrash(alice)).items.map(({ id }) => id)).toEqual([young]);
    await runJobs();
    expect(await db().fileNode.count({ where: { id: old } })).toBe(0);
    expect((await getUsage(alice)).used).toBe("content".length);
  });
});
