import { expect, it } from "vitest";
import { type Carried, requireToGoOn, startJourney, whyStopped } from "./journey";

const code = (expected: string) => expect.objectContaining({ code: expected });
const some = (count: number) =>
  Array.from({ length: count }, (): Carried => ({ path: ["a"], kind: "file", etag: "e" }));

it("goes on until there are too many", async () => {
  const journey = startJourney({});
  journey.carried.push(...some(49_999));
  await requireToGoOn(journey);

  journey.carried.push(...some(1));

  await expect(requireToGoOn(journey)).rejects.toThrow("These are more than 50,000 files and folders.");
  journey.end();
});

it("says whether it was stopped by a person or by the clock", () => {
  expect(whyStopped(AbortSignal.abort())).toEqual(code("CANCELLED"));
  expect(whyStopped(AbortSignal.abort(new DOMException("late", "TimeoutError")))).toEqual(code("TOO_LONG"));
});
