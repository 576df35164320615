import { expect, it } from "vitest";
import { compareTexts } from "./compare-texts";

const shown = (former: string, present: string) =>
  compareTexts(former, present)?.map(({ line, lines }) => [line, ...lines.map(({ kind, text }) => `${kind}: ${text}`)]);
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`).join("\n");

it("shows what changed with three lines around it, place by place", () => {
  const former = numbered(30);
  const present = former.replace("line 5\n", "line five\n").replace("line 25", "line 25\nand more");

  expect(shown(former, present)).toEqual([
    [
      2,
      ...["same: line 2", "same: line 3", "same: line 4", "removed: line 5", "added: line five"],
      ...["same: line 6", "same: line 7", "same: line 8"],
    ],
    [
      23,
      ...["same: line 23", "same: line 24", "same: line 25", "added: and more"],
      ...["same: line 26", "same: line 27", "same: line 28"],
    ],
  ]);
});

it("says nothing of a last line without an end, and nothing at all of texts that are the same", () => {
  expect(shown("one\n", "one")).toEqual([[1, "removed: one", "added: one"]]);
  expect(shown("one\ntwo", "one\ntwo")).toEqual([]);
});

it("gives up on texts of which nothing is the same", () => {
  const lines = (mark: string) => Array.from({ length: 40_000 }, (_, index) => `${mark}${index}`).join("\n");

  expect(compareTexts(lines("a"), lines("b"))).toBeNull();
});
