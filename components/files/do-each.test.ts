import { expect, it } from "vitest";
import { doEach, failureOf } from "./do-each";

const work = async (thing: string) => {
  if (thing.startsWith("locked")) throw new Error(`${thing} is locked.`);
  return thing.toUpperCase();
};

it("keeps what went well when something was refused, and says why that was", async () => {
  const outcome = await doEach(["a", "locked 1", "b", "locked 2"], work);

  expect(outcome.done).toEqual([
    { thing: "a", answer: "A" },
    { thing: "b", answer: "B" },
  ]);
  expect(failureOf(outcome, "deleted")).toBe("2 of 4 items could not be deleted. locked 1 is locked.");
});

it("does a few at once, and tells of them in their order", async () => {
  let [running, most] = [0, 0];
  const things = Array.from({ length: 50 }, (_, index) => index);

  const { done } = await doEach(things, async (thing) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return thing;
  });

  expect(most).toBe(6);
  expect(done.map(({ answer }) => answer)).toEqual(things);
});

it("gives the reason alone where there was one thing, and none where all went well", async () => {
  expect(failureOf(await doEach(["locked"], work), "moved")).toBe("locked is locked.");
  expect(failureOf(await doEach(["a", "b"], work), "moved")).toBeNull();
});
