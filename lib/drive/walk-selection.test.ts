import { expect, it } from "vitest";
import type { Entry, Tree, TreePath } from "@/lib/files/tree";
import { walkSelection } from "./walk-selection";

/** Folders of the longest names in each other, the last of which holds so many files. */
function makeTree(depth: number, files: number): Pick<Tree, "list"> {
  const make = (name: string, kind: Entry["kind"]) => ({ name: name.padEnd(255, "x"), kind }) as Entry;
  const file = (_: unknown, number: number) => make(`${number}`, "file");
  return {
    list: async (path: TreePath) => ({
      items: path.length < depth ? [make("deep", "folder")] : Array.from({ length: files }, file),
      next: null,
      unshown: 0,
    }),
  };
}

async function countOf(depth: number, files: number): Promise<number> {
  const entry = { name: "top", kind: "folder" } as Entry;
  let count = 0;
  for await (const _ of walkSelection(makeTree(depth, files) as Tree, [{ entry, path: ["top"], within: ["top"] }]))
    count++;
  return count;
}

it("goes as deep as allowed, and as far as the paths together are not too long", async () => {
  expect(await countOf(90, 100)).toBe(190);
  expect(await countOf(1, 30_000)).toBe(30_001);
  await expect(countOf(90, 1_000)).rejects.toMatchObject({ code: "TOO_MUCH" });
  await expect(countOf(1, 50_000)).rejects.toMatchObject({ code: "TOO_MUCH" });
});
