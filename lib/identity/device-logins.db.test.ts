import { beforeEach, describe, expect, it } from "vitest";
import { POST as answer } from "@/app/api/device-logins/answer/route";
import { POST as lookUp } from "@/app/api/device-logins/look-up/route";
import { POST as poll } from "@/app/api/device-logins/poll/route";
import { POST as begin } from "@/app/api/device-logins/route";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { SessionPrincipal } from "@/lib/core/principal";
import { getSite } from "@/lib/sites/sites";
import { makeSite, makeUser, PASSWORD, programRequest, requestOf } from "@/tests/make";
import { signInApp } from "./app-access";
import { listAppPasswords, revokeAllAppPasswords } from "./app-passwords";
import { allowDeviceLogin, lookAtDeviceLogin, pollDeviceLogin } from "./device-logins";
import type { BegunDeviceLogin } from "./schema";
import { sweepSessions } from "./sessions";

let alice: SessionPrincipal;
let begun: BegunDeviceLogin;
const HOST = "laptop";

/** As a program asks: without a session, and from no page. */
const asProgram = (path: string, body: unknown, headers = {}) =>
  requestOf(alice, path, { method: "POST", body, headers: { cookie: "", origin: "", ...headers } });
const startProgram = async (more = {}) => {
  const asked = { program: "tessera", host: HOST, scopes: ["files"], ...more };
  return (await begin(await asProgram("/api/device-logins", asked))).json() as Promise<BegunDeviceLogin>;
};
const ask = async (deviceCode = begun.deviceCode) =>
  (await poll(await asProgram("/api/device-logins/poll", { deviceCode }))).json();
const inBrowser = async (handler: typeof answer, body: object, user = alice) => {
  const response = await handler(await requestOf(user, "/api/device-logins", { method: "POST", body }));
  return response.status === 204 ? {} : response.json();
};
const yes = (more = {}) =>
  inBrowser(answer, { userCode: begun.userCode, isAllowed: true, password: PASSWORD, ...more });
/** As if the program had waited as long as it was told. */
const haveWaited = () => db().deviceLogin.updateMany({ data: { askedAt: new Date(0) } });
const signIn = () => signInApp(alice.siteId, { login: "alice", password: begun.deviceCode, address: "192.0.2.7" });

beforeEach(async () => {
  alice = await makeUser({ userName: "alice" });
  begun = await startProgram();
});

it("gives the program a code that can be typed, and keeps hashes only", async () => {
  const { origin } = await getSite(alice.siteId);

  expect(begun).toMatchObject({ verificationUri: `${origin}/device`, expiresIn: 600, interval: 3 });
  expect(begun.userCode).toMatch(/^[A-HJKMNP-Z2-9]{4}-[A-HJKMNP-Z2-9]{4}$/);
  const row = JSON.stringify(await db().deviceLogin.findFirstOrThrow({ where: { siteId: alice.siteId } }));
  for (const secret of [begun.userCode, begun.userCode.toLowerCase(), begun.deviceCode])
    expect(row).not.toContain(secret);
});

it("shows who asks, and becomes an app password with a yes, which Settings shows and ends", async () => {
  const seen = await inBrowser(lookUp, { userCode: begun.userCode.toLowerCase().replace("-", " ") });
  const before = await signIn().catch(({ code }) => code);
  await yes();
  const granted = [await ask(), await ask()]; // again for whoever missed the answer

  expect(seen).toMatchObject({ program: "tessera", host: HOST, address: "127.0.0.1", isNear: true, scopes: ["files"] });
  expect(before).toBe("APP_PASSWORD_WRONG");
  expect(granted).toEqual(Array(2).fill({ userName: "alice", scopes: ["files"] }));
  expect(await signIn()).toMatchObject({ userId: alice.userId, scopes: ["files"] });
  expect(await listAppPasswords(alice)).toMatchObject([
    { name: "tessera on laptop", scopes: ["files"], expiresAt: null },
  ]);
  await revokeAllAppPasswords(alice);
  expect([(await ask()).code, await signIn().catch(({ code }) => code)]).toEqual([
    "EXPIRED_TOKEN",
    "APP_PASSWORD_WRONG",
  ]);
});

it("makes a program wait, and longer each time that it does not", async () => {
  const where = { siteId: alice.siteId };
  const codes = [(await ask()).code, (await ask()).code, (await ask()).code];
  const { interval } = await db().deviceLogin.findFirstOrThrow({ where });
  await haveWaited();

  expect(codes).toEqual(["AUTHORIZATION_PENDING", "SLOW_DOWN", "SLOW_DOWN"]);
  expect(interval).toBe(13);
  expect((await ask()).code).toBe("AUTHORIZATION_PENDING");
});

it("lets one of two questions at once count", async () => {
  const codes = await Promise.all([ask(), ask()]);

  expect(codes.map(({ code }) => code).sort()).toEqual(["AUTHORIZATION_PENDING", "SLOW_DOWN"]);
});

it("tells the program of a no, which takes no password and uses the code up", async () => {
  await inBrowser(answer, { userCode: begun.userCode, isAllowed: false });

  expect((await ask()).code).toBe("ACCESS_DENIED");
  expect((await yes()).code).toBe("DEVICE_CODE_UNKNOWN");
  expect(await listAppPasswords(alice)).toEqual([]);
});

it("counts one yes of two at once, of two people", async () => {
  const bob = await makeUser({ site: await getSite(alice.siteId), userName: "bob" });
  const results = await Promise.allSettled([alice, bob].map((user) => allowDeviceLogin(user, begun.userCode)));

  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await db().appPassword.count({ where: { siteId: alice.siteId } })).toBe(1);
});

it("asks for a yes what making an app password asks for", async () => {
  const wrong = await yes({ password: "not this one" });
  await db().passkey.create({
    data: {
      ...ofAlice(),
      name: "A key",
      credentialId: newId(),
      publicKey: Buffer.from([1]),
      counter: 0,
      transports: [],
    },
  });
  const withoutFactor = await yes();
  await db().session.updateMany({ where: ofAlice(), data: { secondFactorAt: new Date() } });

  expect([wrong.code, withoutFactor.code]).toEqual(["PASSWORD_WRONG", "SECOND_FACTOR_REQUIRED"]);
  expect(await yes()).toEqual({});
});
const ofAlice = () => ({ siteId: alice.siteId, userId: alice.userId });

it("makes nothing for whoever was shut out meanwhile, and the code is still good", async () => {
  await db().session.deleteMany({ where: ofAlice() });

  await expect(allowDeviceLogin(alice, begun.userCode)).rejects.toMatchObject({ code: "NOT_SIGNED_IN" });
  await expect(lookAtDeviceLogin(alice.siteId, begun.userCode, "192.0.2.1")).resolves.toMatchObject({ isNear: false });
});

describe("what is over", () => {
  beforeEach(async () => {
    await db().deviceLogin.updateMany({ where: { siteId: alice.siteId }, data: { expiresAt: new Date(0) } });
  });

  it("opens nothing, sounds like what never was, and is swept away", async () => {
    const over = [(await ask()).code, (await yes()).code];
    const never = [(await ask("app_nothing")).code, (await yes({ userCode: "ABCD-EFGH" })).code];
    await startProgram();
    await sweepSessions();

    expect(over).toEqual(["EXPIRED_TOKEN", "DEVICE_CODE_UNKNOWN"]);
    expect(never).toEqual(over);
    expect(await db().deviceLogin.count({ where: { siteId: alice.siteId } })).toBe(1);
  });
});

it("knows no code of another site", async () => {
  const other = await makeSite();

  await expect(pollDeviceLogin(other.id, begun.deviceCode)).rejects.toMatchObject({ code: "EXPIRED_TOKEN" });
  await expect(lookAtDeviceLogin(other.id, begun.userCode, "")).rejects.toMatchObject({ code: "DEVICE_CODE_UNKNOWN" });
});

it("lets nobody guess: after twenty tries a person has to wait", async () => {
  let status = 0;
  for (let tries = 0; tries < 21; tries++) {
    const request = await requestOf(alice, "/x", { method: "POST", body: { userCode: `AAAA-AAA${tries}` } });
    status = (await lookUp(request)).status;
    expect(status).toBe(tries < 20 ? 404 : 429);
  }
  expect((await yes()).status).toBe(429);
});

it("takes no name that hides a part of what it says", async () => {
  begun = await startProgram({ program: "  back\u202eup\n\n", host: "\u0085\u200f" });

  expect(await inBrowser(lookUp, { userCode: begun.userCode })).toMatchObject({ program: "back up", host: "" });
  expect(await startProgram({ program: "\u200b" })).toMatchObject({ code: "VALIDATION_FAILED" });
});

it("is begun by programs and by no page of another origin, and answered by nobody but a person in a browser", async () => {
  const crossed = await begin(
    await asProgram("/api/device-logins", { program: "x", scopes: ["files"] }, { origin: "https://evil.example.org" }),
  );
  await yes();
  begun = await startProgram();
  const byProgram = await answer(
    await programRequest(alice, `Bearer ${begun.deviceCode}`, "/api/device-logins/answer", "POST"),
  );

  expect([crossed.status, byProgram.status]).toEqual([403, 403]);
});
