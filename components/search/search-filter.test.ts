import { expect, it } from "vitest";
import { type Asked, askedOf, currentDay, filterOf, isEmpty, ownerNamed, searchHref } from "./search-filter";

const NOTHING: Asked = { q: "", kind: "", changed: "", from: "", until: "", owner: "" };
const filter = (asked: Partial<Asked>) => filterOf({ ...NOTHING, ...asked }, "2026-05-20");

it("asks for nothing as long as nothing is chosen", () => {
  expect(isEmpty(filter({}))).toBe(true);
  expect(isEmpty(filter({ q: " " }))).toBe(true);
  expect(isEmpty(filter({ kind: "image" }))).toBe(false);
});

it.each([
  [{ changed: "today" }, { from: "2026-05-20T00:00:00.000Z" }],
  [{ changed: "week" }, { from: "2026-05-13T00:00:00.000Z" }],
  [
    { changed: "range", from: "2026-05-01", until: "2026-05-02" },
    { from: "2026-05-01T00:00:00.000Z", until: "2026-05-03T00:00:00.000Z" },
  ],
  [{ changed: "range", from: "2026-99-01", until: "never" }, {}],
  [{ owner: "me" }, { owner: "me" }],
  [{ owner: ownerNamed("Bob") }, { sharedBy: "Bob" }],
  [{ kind: "other", owner: "other" }, {}],
] as [Partial<Asked>, object][])("asks for %j", (asked, expected) => {
  expect(filter(asked)).toEqual(expected);
});

it("comes back from the address that it makes", () => {
  const asked = { ...NOTHING, q: "a & b", owner: ownerNamed("Bob") };

  expect(askedOf(new URL(searchHref(asked), "http://x").searchParams)).toEqual(asked);
});

it("knows the day", () => {
  expect(currentDay(new Date("2026-05-02T12:00:00"))).toBe("2026-05-02");
});
