import { expect, it } from "vitest";
import { pool } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import { messageOf, startProgram } from "@/tests/program";
import { forgetLimit, limit, sweepRateCounts } from "./limit";
import { countsAreTold, limitOften, requireBelow } from "./limit-often";

const [siteId, otherSiteId] = [newId(), newId()];
const rule = (key: string, max = 3) => ({ siteId, key, max, seconds: 60 });
const often = (key: string, max: number) => ({ siteId, key, max });
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
  await expect(limit({ ...rule("a"), siteId: otherSiteId })).resolves.toBe(1);
});

it("begins anew when the window is over, or when told to", async () => {
  for (let n = 0; n < 3; n++) await limit(rule("a"));
  await age("a", 61);
  await expect(limit(rule("a", 1))).resolves.toBe(1);
  await expect(limit(rule("a", 1))).rejects.toMatchObject({ status: 429 });

  await forgetLimit({ siteId: otherSiteId, key: "a" });
  await expect(limit(rule("a", 1))).rejects.toMatchObject({ status: 429 });
  await forgetLimit(rule("a"));

  await expect(limit(rule("a", 1))).resolves.toBe(1);
});

it("counts the tries of every process together, however many come at once", async () => {
  const programs = [
    startProgram("try-limit", [siteId, "a", "5", "4"]),
    startProgram("try-limit", [siteId, "a", "5", "4"]),
  ];

  const passed = await Promise.all(programs.map(messageOf));

  expect(Number(passed[0]) + Number(passed[1])).toBe(5);
  for (const program of programs) program.kill();
});

it("counts what comes often minute by minute, without a statement for each", async () => {
  const begin = Math.ceil(performance.now());
  const thrice = (at: number) => {
    for (let n = 0; n < 3; n++) limitOften(often("here", 3), at);
  };
  limitOften(often("seldom", 1_000));
  thrice(begin);

  const tooMany = expect.objectContaining({ status: 429, code: "TOO_MANY_REQUESTS", retryAfter: 40 });
  expect(() => limitOften(often("here", 3), begin + 20_000)).toThrow(tooMany);
  expect(() => requireBelow(often("here", 3), begin + 20_000)).toThrow(tooMany);
  expect(() => requireBelow(often("here", 4), begin + 20_000)).not.toThrow();
  expect(() => limitOften(often("other", 3), begin + 20_000)).not.toThrow();
  expect(() => limitOften({ ...often("here", 3), siteId: otherSiteId }, begin + 20_000)).not.toThrow();
  expect(() => thrice(begin + 60_000)).not.toThrow();
  await countsAreTold();
  const { rows } = await pool().query(`SELECT "key" FROM "RateCount" WHERE "siteId" = $1 ORDER BY 1`, [siteId]);
  expect(rows).toEqual([{ key: "here" }, { key: "other" }]);
});

it("counts what comes often across processes, each of which lets through a 64th more at most", async () => {
  const try1 = startProgram("try-often", [siteId, "often", "128", "130"]);
  expect(await messageOf(try1)).toBe(128);
  const programs = [
    startProgram("try-often", [siteId, "often", "128", "130"]),
    startProgram("try-often", [siteId, "often", "128", "130"]),
  ];

  const passed = await Promise.all(programs.map(messageOf));

  expect(passed).toEqual([2, 2]);
  for (const program of [try1, ...programs]) program.kill();
});

it("goes on counting here while the database cannot be told", async () => {
  await pool().query(`ALTER TABLE "RateCount" RENAME TO "Away"`);
  for (let n = 0; n < 4; n++) limitOften(often("away", 5));
  await countsAreTold();
  await pool().query(`ALTER TABLE "Away" RENAME TO "RateCount"`);

  limitOften(often("away", 5));
  await countsAreTold();

  expect(() => limitOften(often("away", 5))).toThrow(expect.objectContaining({ status: 429 }));
  const { rows } = await pool().query(`SELECT "count" FROM "RateCount" WHERE "key" = 'away'`);
  expect(rows).toEqual([{ count: 5 }]);
});

it("drops counts of yesterday", async () => {
  await limit(rule("old"));
  await limit(rule("new"));
  await age("old", 90_000);

  await sweepRateCounts();

  const { rows } = await pool().query(`SELECT "key" FROM "RateCount"`);
  expect(rows).toEqual([{ key: "new" }]);
});
