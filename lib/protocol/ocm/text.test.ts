import { describe, expect, it } from "vitest";
import { cleanDisplayName, isSafeName } from "./text";

describe("a display name", () => {
  it.each([
    ["Alice", "Alice"],
    ["  Alice \t\r\n of\u00a0Wonderland ", "Alice of Wonderland"],
    ["Al\u0000ice\u001b[31m", "Al ice [31m"],
    ["\u202eecilA\u202c", "ecilA"],
    ["A\u200bli\u2066ce\u2069\ufeff\u00ad", "Alice"],
    ["Ali\ud800ce", "Alice"],
    ["Ame\u0301lie", "Am\u00e9lie"],
    ["山田 太郎 😀", "山田 太郎 😀"],
    ["<b>Alice</b>", "<b>Alice</b>"],
    ["نسرین\u200cدخت", "نسرین\u200cدخت"],
    ["\u200b\u202e", ""],
    ["\u200d \u200c", ""],
  ])("%j is shown as %j", (given, shown) => {
    expect(cleanDisplayName(given)).toBe(shown);
  });

  it("is cut at 255 characters, never within one", () => {
    expect([...cleanDisplayName("😀".repeat(300))]).toHaveLength(255);
  });
});

describe("the name of a file", () => {
  it.each(["a", "..a", "...", ".hidden", "a b", "Ünïcödé.txt", "עברית\u200f.txt", "a:b*?", "é".repeat(127), "😀.png"])(
    "may be %j",
    (name) => {
      expect(isSafeName(name)).toBe(true);
    },
  );

  it.each([
    "",
    ".",
    "..",
    "a/b",
    "/",
    "a\\b",
    "a\u0000",
    "a\nb",
    "a\u007f",
    "a\u0085",
    "photo\u202egnp.exe",
    "a\u2066b",
    "a\u2028b",
    "a\ud800",
    "a".repeat(256),
    "é".repeat(128),
  ])("may not be %j", (name) => {
    expect(isSafeName(name)).toBe(false);
  });

  it("is measured in its composed form", () => {
    expect(isSafeName("e\u0301".repeat(127))).toBe(true);
  });
});
