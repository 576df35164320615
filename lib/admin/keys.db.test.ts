import { expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { signingKey } from "@/lib/sites/keys";
import { makeUser } from "@/tests/make";
import { changeKeys, getKeys, tendKeys } from "./keys";

const DAY = 86_400_000;
const audit = async () =>
  (await db().auditEntry.findMany({ where: { action: { startsWith: "keys-" } }, orderBy: { id: "asc" } })).map(
    ({ actor, action }) => `${actor} ${action}`,
  );

it("changes the keys by hand, once until they are used, and writes that down", async () => {
  const admin = await makeUser({ isAdmin: true });

  const { items, lifetimeDays } = await changeKeys(admin, { isUrgent: false });

  expect(lifetimeDays).toBe(365);
  expect(items.map(({ kid, state }) => `${kid} ${state}`).sort()).toEqual([
    "ec-1 current",
    "key-1 current",
    "key-2 next",
    "rsa-1 current",
  ]);
  expect(items.every(({ fingerprint }) => /^[\w-]{43}$/.test(fingerprint))).toBe(true);
  await expect(changeKeys(admin, { isUrgent: false })).rejects.toMatchObject({ status: 409, code: "KEYS_CHANGING" });
  expect(await audit()).toEqual([`user:${admin.userId} keys-changed`]);
});

it("changes them by itself when they are old, withdraws the old ones later, and does nothing twice", async () => {
  const { siteId } = await makeUser();
  const inAYear = (days: number) => new Date(Date.now() + (366 + days) * DAY);

  await tendKeys();
  await Promise.all([tendKeys(inAYear(0)), tendKeys(inAYear(0))]);
  await tendKeys(inAYear(0));
  const staged = await db().siteKey.count({ where: { siteId, alg: "EdDSA" } });
  await tendKeys(inAYear(2));
  await tendKeys(inAYear(2));

  expect(staged).toBe(2);
  expect(await audit()).toEqual(["system keys-changed", "system keys-withdrawn"]);
  expect(await db().siteKey.count({ where: { siteId, alg: "EdDSA", retiredAt: null } })).toBe(1);
  expect((await signingKey(siteId)).kid).toBe("key-2");
});

it("changes them at once if that is urgent", async () => {
  const admin = await makeUser({ isAdmin: true });

  await changeKeys(admin, { isUrgent: true });

  expect((await signingKey(admin.siteId)).kid).toBe("key-2");
  expect((await getKeys(admin)).items.find(({ kid }) => kid === "key-1")).toMatchObject({ state: "retired" });
});
