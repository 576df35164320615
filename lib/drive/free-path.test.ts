import { expect, it, vi } from "vitest";
import { memoryTree } from "@/tests/memory-tree";
import { freePath } from "./free-path";

const going = { signal: new AbortController().signal };

it("keeps the name or takes the first number that is free", async () => {
  const tree = memoryTree({ "in/a.txt": "", "in/a (2).txt": "" });

  expect(await freePath(tree, ["in", "b.txt"], going)).toEqual(["in", "b.txt"]);
  expect(await freePath(tree, ["in", "a.txt"], going)).toEqual(["in", "a (3).txt"]);
});

it("does not ask on and on where every name is taken", async () => {
  const stat = vi.fn(() => memoryTree({ "a.txt": "" }).stat(["a.txt"]));

  const path = await freePath({ ...memoryTree(), stat }, ["a.txt"], going);

  expect(path).toEqual([expect.stringMatching(/^a \(\d{7,9}\)\.txt$/)]);
  expect(stat.mock.calls.length).toBeLessThanOrEqual(50);
});

it("stops asking when whoever uploads has gone", async () => {
  const gone = new AbortController();
  const stat = vi.fn(async () => {
    gone.abort();
    return memoryTree({ "a.txt": "" }).stat(["a.txt"]);
  });

  await expect(freePath({ ...memoryTree(), stat }, ["a.txt"], gone)).rejects.toThrow();

  expect(stat).toHaveBeenCalledTimes(1);
});
