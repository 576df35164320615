import { describe, expect, it } from "vitest";
import { ShareSearchResponse } from "./messages";

const item = (more: object) => ({
  ...{ name: "a.txt", folder: ["b"], kind: "file", size: 1, modifiedAt: "2026-05-01T00:00:00.000Z", snippet: null },
  ...more,
});
const namesOf = (...items: object[]) =>
  ShareSearchResponse.parse({ results: [{ providerId: "s", isMore: false, items }] }).results[0]?.items.length;

describe("what another cloud says that it found", () => {
  it.each([
    ["a name that is a path", { name: "../a.txt" }],
    ["a name with a separator", { name: "a/b" }],
    ["a name that turns text around", { name: "a\u202etxt" }],
    ["a folder above the share", { folder: [".."] }],
    ["no number", { size: -1 }],
    ["no time", { modifiedAt: "yesterday" }],
    ["another kind of thing", { kind: "device" }],
  ])("is left out where it is %s", (_what, more) => {
    expect(namesOf(item({}), item(more))).toBe(1);
  });

  it("is refused where it is more than was asked for", () => {
    const items = Array.from({ length: 51 }, () => item({}));

    expect(() => namesOf(...items)).toThrow();
  });
});
