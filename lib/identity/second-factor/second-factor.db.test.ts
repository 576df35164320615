import { Secret, TOTP } from "otpauth";
import { beforeEach, describe, expect, it } from "vitest";
import { resetSecondFactor } from "@/lib/admin/people";
import { db } from "@/lib/core/db";
import type { SessionPrincipal } from "@/lib/core/principal";
import { findBegunSession, findSession, listSessions, startSession } from "@/lib/identity/sessions";
import { listNotices } from "@/lib/notices/notices";
import { getSite } from "@/lib/sites/sites";
import { makeSite, makeUser, PASSWORD } from "@/tests/make";
import { beginAuthenticator, confirmAuthenticator, removeAuthenticator } from "./authenticator";
import { confirmByCode } from "./confirm";
import { getSecondFactors, requireSecondFactor, SECOND_FACTOR_HOURS } from "./factors";
import { renewRecoveryCodes } from "./recovery-codes";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const STEP = 30_000;
const ADDRESS = "192.0.2.7";
const DEVICE = { userAgent: "a browser", address: ADDRESS };

let alice: SessionPrincipal;
beforeEach(async () => {
  alice = { ...(await makeUser({ userName: "alice" })), secondFactorAt: new Date() }; // as whoever has just shown one
});

const codeOf = (key: string, timestamp: number) => new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp });

/** Alice with an app that took its first code at NOW. */
async function enrol(user = alice) {
  const { key } = await beginAuthenticator(user, PASSWORD);
  const { recoveryCodes } = await confirmAuthenticator(user, codeOf(key, NOW), ADDRESS, NOW);
  return { key, recoveryCodes: recoveryCodes ?? [] };
}

/** Somebody who has given the password of Alice. */
async function halfSignedIn(): Promise<SessionPrincipal> {
  return { ...alice, sessionId: await startSession(alice.siteId, alice.userId, DEVICE) };
}

const wrong = { status: 400, code: "SECOND_FACTOR_WRONG" };

describe("an app for codes", () => {
  it("counts once a first code has shown that it has the secret", async () => {
    const { key, uri } = await beginAuthenticator(alice, PASSWORD);

    expect(uri).toContain(`secret=${key}`);
    expect((await getSecondFactors(alice)).authenticatorSince).toBeNull();
    const early = await halfSignedIn();
    expect(await findSession(early.siteId, early.sessionId)).not.toBeNull();
    await expect(confirmAuthenticator(alice, codeOf(key, NOW + 3 * STEP), ADDRESS, NOW)).rejects.toMatchObject(wrong);
    await confirmAuthenticator(alice, codeOf(key, NOW), ADDRESS, NOW);

    expect(await getSecondFactors(alice)).toMatchObject({
      authenticatorSince: expect.any(String),
      recoveryCodesLeft: 10,
    });
    expect((await findSession(alice.siteId, alice.sessionId))?.user.secondFactorAt).toBeInstanceOf(Date);
    const { secretEncrypted } = await db().authenticator.findFirstOrThrow();
    expect(secretEncrypted).not.toContain(key);
  });

  it("is begun, replaced and removed only with the password", async () => {
    const refused = { status: 400, code: "PASSWORD_WRONG", fields: [{ name: "password" }] };
    await expect(beginAuthenticator(alice, "not this one")).rejects.toMatchObject(refused);
    const first = await beginAuthenticator(alice, PASSWORD);
    const second = await beginAuthenticator(alice, PASSWORD);
    expect(second.key).not.toBe(first.key);
    await expect(confirmAuthenticator(alice, codeOf(first.key, NOW), ADDRESS, NOW)).rejects.toMatchObject(wrong);
    await confirmAuthenticator(alice, codeOf(second.key, NOW), ADDRESS, NOW);

    await expect(beginAuthenticator(alice, PASSWORD)).rejects.toMatchObject({ code: "AUTHENTICATOR_EXISTS" });
    await expect(confirmAuthenticator(alice, codeOf(second.key, NOW + STEP), ADDRESS, NOW)).rejects.toMatchObject({
      code: "AUTHENTICATOR_NOT_BEGUN",
    });
    await expect(removeAuthenticator(alice, "not this one")).rejects.toMatchObject(refused);
    await removeAuthenticator(alice, PASSWORD);

    await expect(removeAuthenticator(alice, PASSWORD)).rejects.toMatchObject({ code: "AUTHENTICATOR_NOT_FOUND" });
    expect(await getSecondFactors(alice)).toEqual({ authenticatorSince: null, passkeys: [], recoveryCodesLeft: 0 });
    expect((await findSession(alice.siteId, alice.sessionId))?.user.secondFactorAt).toBeNull();
  });

  it("is not changed by whoever knows the password alone, once it is there", async () => {
    await enrol();
    const refused = { status: 403, code: "SECOND_FACTOR_REQUIRED" };

    for (const secondFactorAt of [null, new Date(0)]) {
      const other = { ...alice, secondFactorAt };
      await expect(removeAuthenticator(other, PASSWORD)).rejects.toMatchObject(refused);
      await expect(renewRecoveryCodes(other, PASSWORD)).rejects.toMatchObject(refused);
    }
  });

  it("asks whoever has no password for the second factor that there is", async () => {
    await enrol();
    await db().user.updateMany({ data: { passwordHash: null } });

    await expect(removeAuthenticator({ ...alice, secondFactorAt: null }, undefined)).rejects.toMatchObject({
      status: 403,
      code: "SECOND_FACTOR_REQUIRED",
    });
    await removeAuthenticator({ ...alice, secondFactorAt: new Date() }, undefined);

    expect(await db().authenticator.count()).toBe(0);
  });
});

describe("signing in with a second factor", () => {
  it("opens nothing before a code was shown, and is not listed", async () => {
    const { key } = await enrol();
    const half = await halfSignedIn();

    expect(await findSession(half.siteId, half.sessionId)).toBeNull();
    expect((await findBegunSession(half.siteId, half.sessionId))?.user.userId).toBe(alice.userId);
    expect(await listSessions(alice)).toHaveLength(1);
    await confirmByCode(half, codeOf(key, NOW + STEP), ADDRESS, NOW + STEP);

    expect((await findSession(half.siteId, half.sessionId))?.user.secondFactorAt).toBeInstanceOf(Date);
    const { expiresAt } = await db().session.findFirstOrThrow({ where: { id: half.sessionId } });
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now() + 29 * 86_400_000);
    expect(await listSessions(alice)).toHaveLength(2);
  });

  it("takes each code once, also when two use it at the same moment", async () => {
    const { key } = await enrol();
    const halves = await Promise.all([halfSignedIn(), halfSignedIn()]);
    await expect(confirmByCode(halves[0], codeOf(key, NOW), ADDRESS, NOW)).rejects.toMatchObject(wrong);

    const code = codeOf(key, NOW + STEP);
    const answers = await Promise.allSettled(halves.map((half) => confirmByCode(half, code, ADDRESS, NOW + STEP)));

    expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(confirmByCode(halves[1], code, ADDRESS, NOW + STEP)).rejects.toMatchObject(wrong);
  });

  it("takes a recovery code once, however it is typed", async () => {
    const { recoveryCodes } = await enrol();
    const [first = ""] = recoveryCodes;
    const [half, again] = [await halfSignedIn(), await halfSignedIn()];

    await confirmByCode(half, ` ${first.toUpperCase().replace("-", " ")}`, ADDRESS);

    expect(await findSession(half.siteId, half.sessionId)).not.toBeNull();
    await expect(confirmByCode(again, first, ADDRESS)).rejects.toMatchObject(wrong);
    expect((await getSecondFactors(alice)).recoveryCodesLeft).toBe(9);
    expect(JSON.stringify(await db().recoveryCode.findMany())).not.toContain(first.replace("-", ""));
  });

  it("makes recovery codes anew, and the old ones count no more", async () => {
    await expect(renewRecoveryCodes(alice, PASSWORD)).rejects.toMatchObject({ code: "NO_SECOND_FACTOR" });
    const { recoveryCodes } = await enrol();

    const renewed = await renewRecoveryCodes(alice, PASSWORD);

    expect(renewed.recoveryCodes).toHaveLength(10);
    const half = await halfSignedIn();
    await expect(confirmByCode(half, recoveryCodes[0] ?? "", ADDRESS)).rejects.toMatchObject(wrong);
    await confirmByCode(half, renewed.recoveryCodes?.[0] ?? "", ADDRESS);
  });

  it("is throttled from one address, and from all of them", async () => {
    const { key } = await enrol();
    const half = await halfSignedIn();
    for (let n = 0; n < 10; n++) await expect(confirmByCode(half, "000000", ADDRESS, NOW)).rejects.toMatchObject(wrong);

    const tooMany = { status: 429, code: "TOO_MANY_REQUESTS" };
    await expect(confirmByCode(half, codeOf(key, NOW + STEP), ADDRESS, NOW + STEP)).rejects.toMatchObject(tooMany);
    await db().rateCount.updateMany({ where: { key: { endsWith: alice.userId } }, data: { count: 100 } });
    await expect(confirmByCode(half, codeOf(key, NOW + STEP), "192.0.2.8", NOW)).rejects.toMatchObject(tooMany);
  });

  it("knows no codes of another person and none after the sign-in has ended", async () => {
    const { recoveryCodes } = await enrol();
    const bob = await makeUser({ site: await getSite(alice.siteId) });
    await expect(confirmByCode(bob, recoveryCodes[0] ?? "", ADDRESS)).rejects.toMatchObject(wrong);
    const half = await halfSignedIn();
    await db().session.deleteMany({ where: { id: half.sessionId } });

    await expect(confirmByCode(half, recoveryCodes[0] ?? "", ADDRESS)).rejects.toMatchObject({ code: "NOT_SIGNED_IN" });
    expect((await getSecondFactors(alice)).recoveryCodesLeft).toBe(10);
  });
});

it("lets pass what was confirmed in the last hours, and nothing else", () => {
  const at = (hours: number) => ({ secondFactorAt: new Date(NOW - hours * 3_600_000) });

  expect(() => requireSecondFactor(at(SECOND_FACTOR_HOURS - 0.01), NOW)).not.toThrow();
  const refused = expect.objectContaining({ status: 403, code: "SECOND_FACTOR_REQUIRED" });
  for (const none of [at(SECOND_FACTOR_HOURS), { secondFactorAt: null }, {}]) {
    expect(() => requireSecondFactor(none, NOW)).toThrow(refused);
  }
});

it("an administrator takes the second factor of another away, who is told", async () => {
  const site = await makeSite();
  const admin = await makeUser({ site, isAdmin: true, displayName: "Carol" });
  alice = await makeUser({ site });
  await enrol();

  await expect(resetSecondFactor(admin, admin.userId)).rejects.toMatchObject({ code: "NOT_YOURSELF" });
  await resetSecondFactor(admin, alice.userId);

  const next = await halfSignedIn();
  expect(await findSession(next.siteId, next.sessionId)).not.toBeNull();
  expect((await listNotices(alice)).items[0]).toMatchObject({ kind: "second-factor-reset", about: { name: "Carol" } });
  expect(
    await db().auditEntry.count({ where: { action: "second-factor-reset", subject: `user:${alice.userId}` } }),
  ).toBe(1);
  await expect(resetSecondFactor(admin, alice.userId)).rejects.toMatchObject({ code: "NO_SECOND_FACTOR" });
});
