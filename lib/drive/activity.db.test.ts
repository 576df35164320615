import { expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { ownTree } from "@/lib/files/own-tree";
import { restoreTrashed } from "@/lib/files/trash";
import { makeUser } from "@/tests/make";
import { bytes, makeFile } from "@/tests/make-files";
import { getActivity } from "./activity";

const short = async (user: Parameters<typeof getActivity>[0], id: string) =>
  (await getActivity(user, id)).items.map(({ at: _at, ...item }) => Object.values(item).join(" "));

it("tells of a file who wrote it, what it was called and where it stood", async () => {
  const alice = await makeUser({ displayName: "Alice" });
  const tree = ownTree(alice);
  const { id } = await makeFile(alice, "/a.txt");
  await tree.makeFolder(["Box"]);
  await tree.write(["a.txt"], bytes("again"));
  await tree.move(["a.txt"], ["b.txt"]);
  await tree.move(["b.txt"], ["Box", "b.txt"]);
  await tree.remove(["Box", "b.txt"]);
  await restoreTrashed(alice, [id]);

  const told = await short(alice, id);

  expect(told.at(-1)).toBe("added ");
  expect(told.slice(0, 3)).toEqual(["restored", "moved Files", "renamed a.txt"]);
  expect(told.filter((one) => one.startsWith("written"))).toEqual(["written "]);
});

it("tells of a folder what changed in it", async () => {
  const alice = await makeUser({ displayName: "Alice" });
  const { id } = await ownTree(alice).makeFolder(["Box"]);
  await makeFile(alice, "/Box/a.txt");

  expect(await short(alice, id)).toEqual(["written-inside  a.txt", "added "]);
});

it("tells nobody else", async () => {
  const alice = await makeUser({ displayName: "Alice" });
  const bob = await makeUser({ displayName: "Bob" });
  const { id } = await makeFile(alice, "/a.txt");
  const absent = expect.objectContaining({ code: "NODE_NOT_FOUND" });

  await expect(getActivity(bob, id)).rejects.toEqual(absent);
  await expect(getActivity(alice, newId())).rejects.toEqual(absent);
});
