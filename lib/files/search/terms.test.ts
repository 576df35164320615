import { expect, it } from "vitest";
import { markWords, termsOf, textQueryOf } from "./terms";

it("takes words apart, and leaves what is in quotes together", () => {
  expect(termsOf(` annual "final report" 'x `)).toEqual([
    { text: "annual", isPhrase: false },
    { text: "final report", isPhrase: true },
    { text: "'x", isPhrase: false },
  ]);
});

it.each([
  ["glacier", "('glacier':*)"],
  ["the glacier", "('the':*) & ('glacier':*)"],
  ["an ice", "('an') & ('ice':*)"],
  [`"old ice"`, "('old' <-> 'ice')"],
  ["report-2026.pdf", "('report' <-> '2026' <-> 'pdf':*)"],
  ["it's & (a | b) \\ <-> !c:*", "('it' <-> 's') & ('a') & ('b') & ('c')"],
  ["& | !", null],
])("asks PostgreSQL for %s", (typed, query) => {
  expect(textQueryOf(termsOf(typed))).toBe(query);
});

it("marks the words that begin so, whatever their accents", () => {
  expect(markWords("Im Café, <b>cafeteria</b> decaf", termsOf("cafe"))).toEqual([
    { text: "Im ", isMatch: false },
    { text: "Café", isMatch: true },
    { text: ", <b>", isMatch: false },
    { text: "cafeteria", isMatch: true },
    { text: "</b> decaf", isMatch: false },
  ]);
});
