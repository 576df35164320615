import { afterEach, expect, it, vi } from "vitest";
import { turns } from "./turns";

afterEach(() => {
  vi.useRealTimers();
});
const make = () => turns({ atOnce: 2, patienceMs: 1000, tooLate: () => new Error("too late") });
/** Lets everything go on that can. */
const settle = () => vi.advanceTimersByTimeAsync(0);

it("runs so many of one key at a time, in their order, and those of another key beside them", async () => {
  vi.useFakeTimers();
  const inTurn = make();
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const start = (key: string, name: string) =>
    inTurn(key, () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    });

  for (const name of ["1", "2", "3", "4"]) start("a", name);
  start("b", "other");
  await settle();
  expect(begun).toEqual(["1", "2", "other"]);

  ends[1]?.();
  await settle();
  expect(begun).toEqual(["1", "2", "other", "3"]);
});

it("goes on after a failure, and gives up on whoever waited too long", async () => {
  vi.useFakeTimers();
  const inTurn = make();
  const failing = inTurn("a", () => Promise.reject(new Error("failed")));
  const stuck = inTurn("a", () => new Promise(() => {}));
  const next = inTurn("a", async () => "next");
  const outcomes = Promise.allSettled([failing, next]);
  expect(await outcomes).toMatchObject([{ status: "rejected" }, { value: "next" }]);

  inTurn("a", () => new Promise(() => {}));
  const late = inTurn("a", async () => "late");
  const refused = expect(late).rejects.toThrow("too late");
  await vi.advanceTimersByTimeAsync(1000);

  await refused;
  await expect(Promise.race([stuck, "still running"])).resolves.toBe("still running");
});
