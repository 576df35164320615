import { beforeEach, describe, expect, it } from "vitest";
import { addPerson } from "@/lib/admin/add-person";
import { db } from "@/lib/core/db";
import type { SessionPrincipal } from "@/lib/core/principal";
import { untilBlocked } from "@/tests/locks";
import { makeSite, makeUser, PASSWORD } from "@/tests/make";
import { changePassword, setPassword, updateAccount } from "./account";
import { prepareUser, updateUser } from "./change-users";
import { endSessions, startSession } from "./sessions";
import { signIn, signInExternally } from "./sign-in";

const address = "192.0.2.7";

it("takes the user name or the mail address, in any case", async () => {
  const alice = await makeUser({ userName: "alice", mail: "alice@example.org" });

  for (const login of ["alice", "Alice", " ALICE@example.ORG "]) {
    expect((await signIn(alice.siteId, { login, password: PASSWORD, address })).userId).toBe(alice.userId);
  }
});

it("answers a wrong name as it answers a wrong password, and takes as long", async () => {
  const alice = await makeUser({ userName: "alice" });
  const refusalOf = async (login: string) => {
    const begin = performance.now();
    const error = await signIn(alice.siteId, { login, password: "not the right one", address }).catch(
      (reason) => reason,
    );
    return { code: error.code, message: error.message, ms: performance.now() - begin };
  };
  await refusalOf("warm-up");

  const [wrongPassword, wrongName] = [await refusalOf("alice"), await refusalOf("nobody")];

  expect(wrongName).toMatchObject({ code: "SIGN_IN_FAILED", message: wrongPassword.message });
  expect(wrongName.ms).toBeGreaterThan(wrongPassword.ms / 3);
});

it("knows nobody by a name that no database stores", async () => {
  const { siteId } = await makeUser({ userName: "alice" });

  const refused = signIn(siteId, { login: "\0", password: PASSWORD, address });

  await expect(refused).rejects.toMatchObject({ code: "SIGN_IN_FAILED" });
});

it("knows nobody of another site", async () => {
  await makeUser({ userName: "alice" });
  const other = await makeSite();

  const refused = signIn(other.id, { login: "alice", password: PASSWORD, address });

  await expect(refused).rejects.toMatchObject({ code: "SIGN_IN_FAILED" });
});

it("throttles whoever tries an account, by whichever of its names, and does not keep its owner out", async () => {
  const alice = await makeUser({ userName: "alice", mail: "alice@example.org" });
  const attempt = (login: string, password: string, from = address) =>
    signIn(alice.siteId, { login, password, address: from });
  for (let n = 0; n < 5; n++) await attempt("alice", "guess number").catch(() => {});
  for (let n = 0; n < 5; n++) await attempt("alice@example.org", "guess number").catch(() => {});

  await expect(attempt("alice", PASSWORD)).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
  await expect(attempt("alice@example.org", PASSWORD)).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
  expect((await attempt("alice", PASSWORD, "192.0.2.99")).userId).toBe(alice.userId);
});

it("slows tries at one account that come from many addresses", async () => {
  const alice = await makeUser({ userName: "alice" });
  const key = `sign-in:account:${alice.userId}`;
  await db().rateCount.create({ data: { siteId: alice.siteId, key, windowStart: new Date(), count: 30 } });
  const started = performance.now();

  expect((await signIn(alice.siteId, { login: "alice", password: PASSWORD, address })).userId).toBe(alice.userId);

  expect(performance.now() - started).toBeGreaterThan(950);
});

it("takes all addresses of one IPv6 network for one", async () => {
  const alice = await makeUser({ userName: "alice" });
  const attempt = (n: number) =>
    signIn(alice.siteId, { login: "alice", password: PASSWORD, address: `2001:db8:1:2::${n}` });
  const key = `sign-in:account:${alice.userId}:2001:db8:1:2::/64`;
  await db().rateCount.create({ data: { siteId: alice.siteId, key, windowStart: new Date(), count: 10 } });

  await expect(attempt(7)).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
});

it("throttles an address that tries many accounts", async () => {
  const alice = await makeUser({ userName: "alice" });
  const key = `sign-in:address:${address}`;
  await db().rateCount.create({ data: { siteId: alice.siteId, key, windowStart: new Date(), count: 50 } });

  const refused = signIn(alice.siteId, { login: "alice", password: PASSWORD, address });

  await expect(refused).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
});

it("forgets the tries of whoever got it right in the end", async () => {
  const alice = await makeUser({ userName: "alice" });
  const attempt = (password: string) => signIn(alice.siteId, { login: "alice", password, address });
  for (let round = 0; round < 2; round++) {
    for (let n = 0; n < 8; n++) await attempt("guess number").catch(() => {});

    expect((await attempt(PASSWORD)).userId).toBe(alice.userId);
  }
});

it("says that an account is disabled only to whoever knows its password", async () => {
  const alice = await makeUser({ userName: "alice" });
  await db().user.updateMany({ where: { siteId: alice.siteId }, data: { disabledAt: new Date() } });
  const attempt = (password: string) => signIn(alice.siteId, { login: "alice", password, address });

  await expect(attempt("a guess at it")).rejects.toMatchObject({ code: "SIGN_IN_FAILED" });
  await expect(attempt(PASSWORD)).rejects.toMatchObject({ code: "ACCOUNT_DISABLED" });
});

describe("while another password is set for somebody", () => {
  const device = { userAgent: "test", address };
  let alice: SessionPrincipal;
  beforeEach(async () => {
    alice = await makeUser({ userName: "alice" });
  });

  /** An administrator resets it, and what is begun meanwhile waits for that. */
  async function duringReset<T>(begin: () => Promise<T>): Promise<T | string> {
    const { siteId, userId } = alice;
    const outcome = await db().$transaction(async (tx) => {
      await setPassword(tx, siteId, userId, { passwordHash: "another", mustChangePassword: true });
      const begun = begin().catch(({ code }) => code);
      await untilBlocked();
      await endSessions(tx, siteId, userId, "all");
      return { begun };
    });
    return outcome.begun;
  }

  it("no session begins with the former one, nor for somebody who is disabled", async () => {
    const { siteId, userId } = alice;
    const { passwordHash } = await signIn(siteId, { login: "alice", password: PASSWORD, address });

    expect(await duringReset(() => startSession(siteId, userId, device, passwordHash))).toBe("SIGN_IN_FAILED");

    await db().user.updateMany({ where: { siteId }, data: { disabledAt: new Date() } });
    await expect(startSession(siteId, userId, device)).rejects.toMatchObject({ code: "SIGN_IN_FAILED" });
    expect(await db().session.count()).toBe(0);
  });

  it("a change of the former one comes to nothing", async () => {
    const change = { current: PASSWORD, next: "chosen by somebody else" };

    expect(await duringReset(() => changePassword(alice, change))).toBe("NOT_SIGNED_IN");

    expect(await db().user.findFirst()).toMatchObject({ passwordHash: "another", mustChangePassword: true });
  });
});

it("replaces a hash that was made with smaller numbers", async () => {
  const alice = await makeUser({ userName: "alice" });
  const weak = "scrypt$4$8$1$c2FsdHNhbHRzYWx0c2FsdA$3Hc0LRgGVQMJZUTyZcbmPcZHjkxgTsEkqqfdMwcpWzY";
  const { scryptSync } = await import("node:crypto");
  const key = scryptSync(PASSWORD, Buffer.from("c2FsdHNhbHRzYWx0c2FsdA", "base64url"), 32, { N: 16, r: 8, p: 1 });
  const passwordHash = weak.replace(/[^$]+$/, key.toString("base64url"));
  await db().user.updateMany({ where: { siteId: alice.siteId }, data: { passwordHash } });

  await signIn(alice.siteId, { login: "alice", password: PASSWORD, address });

  const row = await db().user.findFirstOrThrow({ where: { siteId: alice.siteId } });
  expect(row.passwordHash).toMatch(/^scrypt\$15\$8\$1\$/);
  expect((await signIn(alice.siteId, { login: "alice", password: PASSWORD, address })).userId).toBe(alice.userId);
});

it("lets nobody have a mail address that somebody has, however it is written", async () => {
  const { siteId } = await makeUser({ userName: "alice", mail: "alice@example.org" });
  const prepared = await prepareUser({
    userName: "bob",
    displayName: "Bob",
    mail: "Alice@Example.org",
    password: PASSWORD,
  });

  const added = db().$transaction((tx) => addPerson(tx, siteId, "operator", prepared));

  await expect(added).rejects.toMatchObject({ status: 409, code: "PERSON_EXISTS" });
  expect(await db().auditEntry.count({ where: { action: "person-created" } })).toBe(1);
});

const claims = { issuer: "https://login.example.org", subject: "s-1", mail: "Alice@example.org", mailIsVerified: true };

it("links an external account by its verified mail address, and knows it by its subject from then on", async () => {
  const alice = await makeUser({ mail: "alice@example.org" });

  expect(await signInExternally(alice.siteId, claims)).toBe(alice.userId);
  expect(await signInExternally(alice.siteId, { ...claims, mail: undefined, mailIsVerified: false })).toBe(
    alice.userId,
  );
});

it("links no external account whose mail address nobody verified, and makes no new people", async () => {
  const alice = await makeUser({ mail: "alice@example.org" });

  const unverified = signInExternally(alice.siteId, { ...claims, mailIsVerified: false });
  await expect(unverified).rejects.toMatchObject({ code: "NO_SUCH_ACCOUNT" });
  const stranger = signInExternally(alice.siteId, { ...claims, mail: "stranger@example.org" });
  await expect(stranger).rejects.toMatchObject({ code: "NO_SUCH_ACCOUNT" });
  expect(await db().externalAccount.count()).toBe(0);
  expect(await db().user.count()).toBe(1);
});

it("links no external account by a mail address that a person chose alone", async () => {
  const bob = await makeUser({ userName: "bob" });
  await updateAccount(bob, { displayName: "Alice", mail: "alice@example.org" });
  // What the administrator's form sends along who only changes the quota.
  const unchanged = { mail: "alice@example.org", mailIsVouched: true, quota: 1_000 };
  await db().$transaction((tx) => updateUser(tx, bob.siteId, bob.userId, unchanged));

  const refused = signInExternally(bob.siteId, claims);

  await expect(refused).rejects.toMatchObject({ code: "NO_SUCH_ACCOUNT" });
});

it("links by an address that an administrator set, which the person only confirmed since", async () => {
  const alice = await makeUser();
  const administered = { mail: "alice@example.org", mailIsVouched: true };
  await db().$transaction((tx) => updateUser(tx, alice.siteId, alice.userId, administered));
  await updateAccount(alice, { displayName: "Alice", mail: "Alice@example.org" });

  expect(await signInExternally(alice.siteId, claims)).toBe(alice.userId);
});

it("keeps a disabled person out who signs in elsewhere", async () => {
  const alice = await makeUser({ mail: "alice@example.org" });
  await signInExternally(alice.siteId, claims);
  await db().user.updateMany({ where: { siteId: alice.siteId }, data: { disabledAt: new Date() } });

  await expect(signInExternally(alice.siteId, claims)).rejects.toMatchObject({ code: "ACCOUNT_DISABLED" });
});
