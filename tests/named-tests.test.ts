import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

// The pages that name, for each thing that they say, the tests by which it holds.
const ATTACKS = "docs/attacks.md";
const TOLERANCE = "docs/tolerance.md";
const NAMED = /`([^`]+\.(?:test|spec)\.tsx?)`: "([^"]+)"/g;

/** The rows of the table in a page, without its head. */
function rowsOf(page: string) {
  const lines = readFileSync(page, "utf8").split("\n");
  const [, ...rows] = lines.filter((line) => line.startsWith("| "));
  return rows.map((row) => ({
    row,
    cells: row
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
    tests: [...row.matchAll(NAMED)].map(([, file = "", title = ""]) => ({ file, title })),
  }));
}

/** Whether a file has this text as a whole, as titles and the names of cases stand there. */
function holds(file: string, title: string): boolean {
  const source = readFileSync(file, "utf8");
  return [`"${title}"`, `\`${title}\``].some((quoted) => source.includes(quoted));
}

describe.each([ATTACKS, TOLERANCE])("%s", (page) => {
  it("names a test in every row, and nothing that looks like one and is none", () => {
    const odd = rowsOf(page).filter(
      ({ row, tests }) => tests.length === 0 || tests.length !== row.match(/\.(?:test|spec)\.tsx?\b/g)?.length,
    );

    expect(odd.map(({ row }) => row)).toEqual([]);
  });

  it("names tests that are there", () => {
    const lost = rowsOf(page).flatMap(({ tests }) => tests.filter(({ file, title }) => !holds(file, title)));

    expect(lost).toEqual([]);
  });
});

it("says of each attack whether it is tried on the running server", () => {
  const wrong = rowsOf(ATTACKS).filter(
    ({ cells, tests }) => (cells.at(-1) === "running server") !== tests.every(({ file }) => file.startsWith("e2e/")),
  );

  expect(wrong.map(({ row }) => row)).toEqual([]);
});

it("has each of the 28 points once, in their order", () => {
  const numbers = rowsOf(TOLERANCE).map(({ cells }) => Number(cells[0]));

  expect(numbers).toEqual(Array.from({ length: 28 }, (_, index) => index + 1));
});
