import { beforeEach, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { SessionPrincipal } from "@/lib/core/principal";
import { findSession, startSession } from "@/lib/identity/sessions";
import { getSite } from "@/lib/sites/sites";
import { makeUser, PASSWORD } from "@/tests/make";
import { type FakePasskey, makePasskey } from "@/tests/passkey";
import { askForPasskey, confirmByPasskey } from "./confirm-by-passkey";
import { getSecondFactors } from "./factors";
import { addPasskey, beginPasskey, removePasskey } from "./passkeys";

const ADDRESS = "192.0.2.7";

let alice: SessionPrincipal;
let passkey: FakePasskey;
beforeEach(async () => {
  alice = { ...(await makeUser({ userName: "alice" })), secondFactorAt: new Date() }; // as whoever has just shown one
  passkey = makePasskey((await getSite(alice.siteId)).origin);
});

const add = async (one = passkey) => addPasskey(alice, one.register(await beginPasskey(alice, PASSWORD)));
/** Alice, who has given her password elsewhere. */
async function halfSignedIn(): Promise<SessionPrincipal> {
  const device = { userAgent: "a browser", address: ADDRESS };
  return { ...alice, sessionId: await startSession(alice.siteId, alice.userId, device) };
}
const isOpen = async ({ siteId, sessionId }: SessionPrincipal) => (await findSession(siteId, sessionId)) !== null;

it("is added under a name, with the first recovery codes, and lets in from then on", async () => {
  await expect(beginPasskey(alice, "not this one")).rejects.toMatchObject({ code: "PASSWORD_WRONG" });
  const options = await beginPasskey(alice, PASSWORD);
  expect(options.rp.id).toBe(new URL((await getSite(alice.siteId)).origin).hostname);

  const { recoveryCodes } = await addPasskey(alice, passkey.register(options));

  expect(recoveryCodes).toHaveLength(10);
  const half = await halfSignedIn();
  expect(await isOpen(half)).toBe(false);
  const asked = await askForPasskey(half);
  expect(asked.allowCredentials).toHaveLength(1);
  await confirmByPasskey(half, passkey.assert(asked), ADDRESS);
  expect(await isOpen(half)).toBe(true);
  const [listed] = (await getSecondFactors(alice)).passkeys;
  expect(listed).toMatchObject({ name: "The blue key", lastUsedAt: expect.any(String) });
});

it("signs a challenge once, in the sign-in that asked", async () => {
  await add();
  const [half, other] = [await halfSignedIn(), await halfSignedIn()];
  const answer = passkey.assert(await askForPasskey(half));

  await expect(confirmByPasskey(other, answer, ADDRESS)).rejects.toMatchObject({ status: 400, code: "CHALLENGE_OVER" });
  const twice = await Promise.allSettled([1, 2].map(() => confirmByPasskey(half, answer, ADDRESS)));

  expect(twice.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect([await isOpen(half), await isOpen(other)]).toEqual([true, false]);
});

it("is not added by what was asked of another, without the password", async () => {
  await add();
  const another = makePasskey((await getSite(alice.siteId)).origin);

  const added = addPasskey(alice, another.register(await askForPasskey(alice)));

  await expect(added).rejects.toMatchObject({ code: "CHALLENGE_OVER" });
  expect((await getSecondFactors(alice)).passkeys).toHaveLength(1);
});

it("is refused when it signed too late, something else, elsewhere, or is a copy", async () => {
  await add();
  const half = await halfSignedIn();
  const wrong = { status: 400, code: "SECOND_FACTOR_WRONG" };
  const confirm = (answer: ReturnType<FakePasskey["assert"]>) => confirmByPasskey(half, answer, ADDRESS);

  await askForPasskey(half);
  await expect(confirm(passkey.assert({ challenge: "AAAA" }))).rejects.toMatchObject(wrong);
  await expect(
    confirm(makePasskey("https://elsewhere.example.org").assert(await askForPasskey(half))),
  ).rejects.toMatchObject(wrong);
  await confirm(passkey.assert(await askForPasskey(half)));
  passkey.copy();
  await expect(confirm(passkey.assert(await askForPasskey(half)))).rejects.toMatchObject(wrong);
  const late = passkey.assert(await askForPasskey(half));
  await db().session.updateMany({ data: { challengeUntil: new Date(0) } });
  await expect(confirm(late)).rejects.toMatchObject({ code: "CHALLENGE_OVER" });
});

it("of another person or another site is nobody's here", async () => {
  await add();
  const bob = { ...(await makeUser({ site: await getSite(alice.siteId) })), secondFactorAt: new Date() };
  const bobs = makePasskey((await getSite(alice.siteId)).origin);
  await addPasskey(bob, bobs.register(await beginPasskey(bob, PASSWORD)));
  const half = await halfSignedIn();

  const answer = bobs.assert(await askForPasskey(half));

  await expect(confirmByPasskey(half, answer, ADDRESS)).rejects.toMatchObject({ code: "SECOND_FACTOR_WRONG" });
  const elsewhere = makePasskey("https://elsewhere.example.org");
  await expect(add(elsewhere)).rejects.toMatchObject({ status: 400, code: "PASSKEY_REFUSED" });
  await expect(addPasskey(bob, passkey.register(await beginPasskey(bob, PASSWORD)))).rejects.toMatchObject({
    status: 409,
    code: "PASSKEY_KNOWN",
  });
});

it("is removed with the password, and there may be so many", async () => {
  await add();
  const [{ id } = { id: "" }] = (await getSecondFactors(alice)).passkeys;
  await expect(removePasskey(alice, id, "not this one")).rejects.toMatchObject({ code: "PASSWORD_WRONG" });

  await removePasskey(alice, id, PASSWORD);

  expect(await getSecondFactors(alice)).toEqual({ authenticatorSince: null, passkeys: [], recoveryCodesLeft: 0 });
  for (const gone of [id, "none"]) {
    await expect(removePasskey(alice, gone, PASSWORD)).rejects.toMatchObject({ code: "PASSKEY_NOT_FOUND" });
  }
  const { siteId, userId } = alice;
  const row = (n: number) => ({
    siteId,
    userId,
    name: `${n}`,
    credentialId: `${n}`,
    publicKey: Buffer.from("k"),
    counter: 0n,
  });
  await db().passkey.createMany({ data: Array.from({ length: 20 }, (_, n) => row(n)) });
  await expect(beginPasskey(alice, PASSWORD)).rejects.toMatchObject({ status: 409, code: "TOO_MANY_PASSKEYS" });
});
