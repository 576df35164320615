import { expect, it } from "vitest";
import { pool } from "@/lib/core/db";
import { messageOf, startProgram } from "@/tests/program";
import { forgetLimit, limit, sweepRateCounts } from "./limit";
import { limitHere } from "./limit-here";

const rule = (key: string, max = 3) => ({ key, max, seconds: 60 });
const age = (key: string, seconds: number) =>
  pool().query(`UPDATE "RateCount" SET "windowStart" = now() - $2 * interval '1 second' WHERE "key" = $1`, [
    key,
    seconds,
  ]);

it("lets through what is allowed, refuses the next and says when to try again", async () => {
  for (let n = 0; n < 3; n++) await limit(rule("a"));

  const refused = limit(rule("a"));

  await expect(refused).rejects.toMatchObject({ status: 429, code: "TOO_MANY_REQUESTS", retryAfter: 60 });
  await expect(limit(rule("b"))).resolves.toBe(1);
});

it("begins anew when the window is over, or when told to", async () => {
  for (let n = 0; n < 3; n++) await limit(rule("a"));
  await age("a", 61);
  await expect(limit(rule("a", 1))).resolves.toBe(1);
  await expect(limit(rule("a", 1))).rejects.toMatchObject({ status: 429 });

  await forgetLimit("a");

  await expect(limit(rule("a", 1))).resolves.toBe(1);
});

it("counts the tries of every process together, however many come at once", async () => {
  const programs = [startProgram("try-limit", ["a", "5", "4"]), startProgram("try-limit", ["a", "5", "4"])];

  const passed = await Promise.all(programs.map(messageOf));

  expect(Number(passed[0]) + Number(passed[1])).toBe(5);
  for (const program of programs) program.kill();
});

it("counts in the memory of a process what comes too often for the database, minute by minute", () => {
  const begin = Math.ceil(performance.now());
  const thrice = (at: number) => {
    for (let n = 0; n < 3; n++) limitHere("here", 3, at);
  };
  thrice(begin);

  expect(() => limitHere("here", 3, begin + 20_000)).toThrow(
    expect.objectContaining({ status: 429, code: "TOO_MANY_REQUESTS", retryAfter: 40 }),
  );
  expect(() => limitHere("other", 3, begin + 20_000)).not.toThrow();
  expect(() => thrice(begin + 60_000)).not.toThrow();
});

it("drops counts of yesterday", async () => {
  await limit(rule("old"));
  await limit(rule("new"));
  await age("old", 90_000);

  await sweepRateCounts();

  const { rows } = await pool().query(`SELECT "key" FROM "RateCount"`);
  expect(rows).toEqual([{ key: "new" }]);
});
