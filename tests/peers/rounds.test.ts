import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { NEWEST_FAMILIES } from "./newest";
import { FAMILIES, INVITING_FAMILIES } from "./nextcloud";
import { REVA_FAMILIES } from "./reva";
import { ROUNDS, withRounds } from "./rounds";

it("tells in FEDERATION.md what works with whom (npx tsx tests/peers/write-rounds.ts)", () => {
  const document = readFileSync("FEDERATION.md", "utf8");

  expect(document).toBe(withRounds(document));
});

it("tells of every imitation, and nothing that no test shows", () => {
  const imitated = [FAMILIES, INVITING_FAMILIES, REVA_FAMILIES, NEWEST_FAMILIES].flatMap(Object.keys);
  const shown = ROUNDS.flatMap(({ file, steps }) => Object.values(steps).map(([, test]) => ({ file, test })));

  const untested = shown.filter(({ file, test }) => test && !readFileSync(file, "utf8").includes(`"${test}"`));

  expect(ROUNDS.flatMap(({ families }) => families).sort()).toEqual(imitated.sort());
  expect(untested).toEqual([]);
});
