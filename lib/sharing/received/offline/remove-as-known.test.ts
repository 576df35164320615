import { beforeEach, expect, it } from "vitest";
import { notFound } from "@/lib/core/errors";
import type { Tree } from "@/lib/files/tree";
import { memoryTree } from "@/tests/memory-tree";
import { removeAsKnown } from "./remove-as-known";

let tree: Tree;
let listed: string[];
let held: Map<string, string | null>;

/** Another cloud with a folder of which all is known. */
beforeEach(async () => {
  listed = [];
  const there = memoryTree({ "huts/one.txt": "One.", "huts/high/two.txt": "Two." });
  tree = {
    ...there,
    list(path, page) {
      listed.push(path.join("/"));
      return there.list(path, page);
    },
  };
  const etagOf = async (...path: string[]) => (await tree.stat(path)).etag;
  held = new Map([
    ["/one.txt", await etagOf("huts", "one.txt")],
    ["/high", null],
    ["/high/two.txt", await etagOf("huts", "high", "two.txt")],
  ]);
});

const removeHuts = (endsAt = Number.POSITIVE_INFINITY) =>
  removeAsKnown(tree, { path: ["huts"], etag: null, held, endsAt });
const namesIn = async (...path: string[]) => (await tree.list(path)).items.map(({ name }) => name);

it("removes a folder as one that is as it was known", async () => {
  expect(await removeHuts()).toBe(true);
  expect(await namesIn()).toEqual([]);
});

it("looks into no folder that came since, and leaves it", async () => {
  await tree.makeFolder(["huts", "new"]);
  await tree.makeFolder(["huts", "new", "newer"]);

  expect(await removeHuts()).toBe(false);
  expect(listed).toEqual(["huts", "huts/high"]);
  expect([await namesIn("huts"), await namesIn("huts", "new")]).toEqual([["new"], ["newer"]]);
});

it("goes on where a folder in it goes while it is looked at", async () => {
  const { list } = tree;
  tree.list = async (path, page) => {
    if (path.at(-1) !== "high") return list(path, page);
    await tree.remove(path);
    throw notFound("NODE_NOT_FOUND", "It is gone.");
  };
  await tree.write(["huts", "one.txt"], (await tree.read(["huts", "high", "two.txt"])).body);

  expect(await removeHuts()).toBe(false);
  expect(await namesIn("huts")).toEqual(["one.txt"]);
});

it("takes for removed what is gone", async () => {
  await tree.remove(["huts"]);

  expect(await removeHuts()).toBe(true);
});

it("does not go on for ever", async () => {
  await expect(removeHuts(0)).rejects.toMatchObject({ code: "TAKES_TOO_LONG" });
  expect(await namesIn()).toEqual(["huts"]);
});
