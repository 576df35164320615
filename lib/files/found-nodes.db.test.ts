import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { makeUser } from "@/tests/make";
import { bytes, makeFile } from "@/tests/make-files";
import { type FoundNode, listFavourites, listRecent, setFavourite } from "./found-nodes";
import { placeMount } from "./mounts";
import { ownTree } from "./own-tree";
import { subtree } from "./subtree";
import type { Tree } from "./tree";

let alice: UserPrincipal;
let tree: Tree;
beforeEach(async () => {
  alice = await makeUser();
  tree = ownTree(alice);
});
const places = (found: FoundNode[]) => found.map(({ folder, entry }) => [folder, entry.name]);
const idAt = async (...path: string[]) => (await tree.stat(path)).id;
const star = async (...path: string[]) => setFavourite(alice, await idAt(...path), true);

describe("favourites", () => {
  it("are listed wherever they stand, folders first and as people count, and told in every list", async () => {
    await makeFile(alice, "/a/deep/file10.txt");
    await makeFile(alice, "/a/file2.txt");
    await makeFile(alice, "/a/other.txt");
    await star("a", "deep", "file10.txt");
    await star("a", "file2.txt");
    await star("a", "deep");

    expect(places(await listFavourites(alice))).toEqual([
      ["/a", "deep"],
      ["/a", "file2.txt"],
      ["/a/deep", "file10.txt"],
    ]);
    const { items } = await tree.list(["a"]);
    expect(items.map(({ name, isFavourite }) => [name, isFavourite])).toEqual([
      ["deep", true],
      ["file2.txt", true],
      ["other.txt", undefined],
    ]);
  });

  it("follow what is moved, go with what is deleted, and come back with it", async () => {
    await makeFile(alice, "/a/b.txt");
    await star("a", "b.txt");
    await tree.move(["a", "b.txt"], ["c.txt"]);
    expect(places(await listFavourites(alice))).toEqual([["/", "c.txt"]]);

    await tree.move(["c.txt"], ["a", "c.txt"]);
    await tree.remove(["a"]);

    expect(await listFavourites(alice)).toEqual([]);
  });

  it("change neither the thing nor its copy", async () => {
    const before = await makeFile(alice, "/a.txt");
    await star("a.txt");

    const { isFavourite, ...after } = await tree.stat(["a.txt"]);
    const copy = await tree.copy(["a.txt"], ["b.txt"]);

    expect(isFavourite).toBe(true);
    expect(after).toEqual(before);
    expect(copy.isFavourite).toBeUndefined();
    await setFavourite(alice, after.id, false);
    expect(await tree.stat(["a.txt"])).toEqual(before);
  });

  it("can be received shares, and are nobody else's business", async () => {
    const { siteId, userId } = alice;
    await makeFile(alice, "/a/b.txt");
    await star("a", "b.txt");
    const share = { siteId, userId, receivedShareId: crypto.randomUUID(), name: "Given" };
    const mountId = await db().$transaction((tx) => placeMount(tx, share));
    await setFavourite(alice, mountId, true);

    expect(places(await listFavourites(alice))).toEqual([
      ["/", "Given"],
      ["/a", "b.txt"],
    ]);
    const shared = subtree({ siteId, ownerId: userId, nodeId: await idAt("a"), role: "editor", holder: "Bob" });
    expect((await shared.stat(["b.txt"])).isFavourite).toBeUndefined();
    const bob = await makeUser();
    await expect(setFavourite(bob, mountId, false)).rejects.toMatchObject({ status: 404 });
    expect(await listFavourites(bob)).toEqual([]);
  });
});

it("the files that were written last are found, the latest first, but for what is in the trash", async () => {
  await makeFile(alice, "/a/one.txt");
  await makeFile(alice, "/two.txt");
  await makeFile(alice, "/gone/three.txt");
  await tree.remove(["gone"]);
  await tree.write(["a", "one.txt"], bytes("again"));

  const found = await listRecent(alice);

  expect(places(found)).toEqual([
    ["/a", "one.txt"],
    ["/", "two.txt"],
  ]);
  expect(await listRecent(await makeUser())).toEqual([]);
});

it("so many of the latest are looked through and no more, however many stand below what is in the trash", async () => {
  await makeFile(alice, "/old.txt");
  await makeFile(alice, "/gone/a.txt");
  await db().fileNode.updateMany({ where: { name: "old.txt" }, data: { modifiedAt: "2020-01-01T00:00:00Z" } });
  const { siteId, ownerId, parentId } = await db().fileNode.findFirstOrThrow({ where: { name: "a.txt" } });
  const fill = (count: number) => {
    const rows = Array.from({ length: count }, () => ({ name: crypto.randomUUID() }));
    const data = rows.map((row) => ({ ...row, siteId, ownerId, parentId, kind: "file" as const }));
    return db().fileNode.createMany({ data });
  };
  await fill(1_000);
  await tree.remove(["gone"]);

  const among1000 = places(await listRecent(alice));
  await fill(1_000);

  expect(among1000).toEqual([["/", "old.txt"]]);
  expect(await listRecent(alice)).toEqual([]);
});
