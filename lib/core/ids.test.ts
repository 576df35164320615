import { expect, it } from "vitest";
import { firstIdAt, isId, newId } from "./ids";

it("makes ids that sort by the time they were made", () => {
  const ids = [1, 1_000, 1_800_000_000_000].map((now) => newId(now));

  expect([...ids].sort()).toEqual(ids);
  expect(ids[2]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

it("knows the form of an id", () => {
  expect(isId(newId())).toBe(true);
  for (const text of ["", "x", "'; --", newId().toUpperCase(), `${newId()}0`]) expect(isId(text)).toBe(false);
});

it("knows the bound between the ids from before a moment and from then on", () => {
  const bound = firstIdAt(new Date(1_800_000_000_000));

  expect(isId(bound)).toBe(true);
  expect(newId(1_799_999_999_999) < bound).toBe(true);
  expect(newId(1_800_000_000_000) > bound).toBe(true);
});
