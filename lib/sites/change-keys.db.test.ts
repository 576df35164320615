import { createPublicKey, sign, verify } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { makeSite } from "@/tests/make";
import { areKeysOld, listKeys, makeKeyPairs, retireKeys, stageKeys } from "./change-keys";
import { forgetKeys, olderPublicKey, publicJwks, signingKey } from "./keys";
import type { Site } from "./sites";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = new Date();
const before = (ms: number) => new Date(NOW.getTime() - ms);

let site: Site;
beforeEach(async () => {
  site = await makeSite();
  await publicJwks(site.id);
  await db().siteKey.updateMany({ data: { usedFrom: before(400 * DAY) } });
});

/** New keys, as they were wanted so long ago. */
async function stage(ms = 0, isUrgent = false): Promise<Date | null> {
  const pairs = await makeKeyPairs();
  const from = await db().$transaction((tx) => stageKeys(tx, site.id, pairs, { now: before(ms), isUrgent }));
  forgetKeys();
  return from;
}
const retire = (now = NOW) => db().$transaction((tx) => retireKeys(tx, site.id, now));
const published = async () => (await publicJwks(site.id)).keys.map(({ kid }) => kid);
/** The names of the keys of all kinds that are the n-th of theirs. */
const nth = (n: number) => [`key-${n}`, `ec-${n}`, `rsa-${n}`];
const used = async () => {
  const keys = [await signingKey(site.id), await signingKey(site.id, "es256"), await signingKey(site.id, "rsa")];
  return keys.map(({ kid }) => kid);
};
const states = async () => Object.fromEntries((await listKeys(site.id, NOW)).map(({ kid, state }) => [kid, state]));

it("shows the next keys before they sign, longer than others keep what they were told", async () => {
  const from = await stage();

  expect(from?.getTime()).toBe(NOW.getTime() + 2 * HOUR);
  expect(await used()).toEqual(nth(1));
  expect(await published()).toEqual(["key-1", "key-2", "ec-1", "ec-2", "rsa-1", "rsa-2"]); // the one that signs first
  const expected = [nth(2).map((kid) => [kid, "next"]), nth(1).map((kid) => [kid, "current"])];
  expect(await states()).toEqual(Object.fromEntries(expected.flat()));
});

it("signs with them when their time has come, without anything else having to happen", async () => {
  await stage(3 * HOUR);

  const { kid, privateKey } = await signingKey(site.id);
  const { keys } = await publicJwks(site.id);
  const signature = sign(null, Buffer.from("message"), privateKey);
  const older = await signingKey(site.id, "rsa");
  const { keyId, publicKeyPem } = await olderPublicKey(site);

  expect(keyId).toBe(`${site.origin}/ocm#rsa-2`);
  expect([await used(), kid, older.kid]).toEqual([nth(2), "key-2", "rsa-2"]);
  expect(await published()).toEqual(["key-2", "key-1", "ec-2", "ec-1", "rsa-2", "rsa-1"]);
  const publicKey = createPublicKey({ key: keys[0] ?? {}, format: "jwk" });
  expect(verify(null, Buffer.from("message"), publicKey, signature)).toBe(true);
  const olderSignature = sign("sha512", Buffer.from("message"), older.privateKey);
  expect(verify("sha512", Buffer.from("message"), publicKeyPem, olderSignature)).toBe(true);
  expect(await states()).toMatchObject({ "key-2": "current", "key-1": "replaced" });
});

it("withdraws the keys before a day after that, not earlier, and keeps nothing that could sign", async () => {
  await stage(3 * HOUR);

  const tooEarly = await retire();
  const inTime = await retire(new Date(NOW.getTime() + DAY));

  expect([tooEarly, inTime.sort()]).toEqual([[], nth(1).sort()]);
  expect(await published()).toEqual(nth(2));
  expect(await states()).toMatchObject({
    "key-1": "retired",
    "ec-1": "retired",
    "rsa-1": "retired",
    "key-2": "current",
  });
  expect(await db().siteKey.count({ where: { kid: { in: nth(1) }, privateKeyEncrypted: null } })).toBe(3);
  expect(await retire(new Date(NOW.getTime() + DAY))).toEqual([]);
});

it("never withdraws a key that has no follower", async () => {
  expect(await retire()).toEqual([]);
  expect(await published()).toEqual(nth(1));
});

it("makes one set of keys however many want one at the same time", async () => {
  const made = await Promise.all([stage(), stage(), stage()]);

  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await db().siteKey.count()).toBe(6);
});

it("changes at once when somebody else knows the keys, and withdraws all others, the next ones too", async () => {
  await stage();

  await stage(0, true);

  expect([await used(), await published()]).toEqual([nth(3), nth(3)]);
});

it("is time again when the last key has signed for as long as the administrators want", async () => {
  const old = await areKeysOld(site);
  await stage();

  expect([old, await areKeysOld(site)]).toEqual([true, false]);
  expect(await areKeysOld({ ...site, keyLifetimeDays: 1 }, new Date(NOW.getTime() + 2 * DAY))).toBe(true);
});

it("touches the keys of no other site", async () => {
  const other = await makeSite("https://other.example.org");

  await stage(3 * HOUR);
  await retire(new Date(NOW.getTime() + DAY));

  expect(await listKeys(other.id)).toMatchObject([{ kid: "key-1", state: "current" }]);
});
