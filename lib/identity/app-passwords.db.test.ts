import type { QueryResult } from "pg";
import { beforeEach, expect, it, vi } from "vitest";
import { resetPassword, updatePerson } from "@/lib/admin/people";
import { db, pool } from "@/lib/core/db";
import type { SessionPrincipal } from "@/lib/core/principal";
import { getSite } from "@/lib/sites/sites";
import { listenAs } from "@/tests/live";
import { makeSite, makeUser } from "@/tests/make";
import { changePassword } from "./account";
import { requireApp, signInApp } from "./app-access";
import { createAppPassword, listAppPasswords, revokeAllAppPasswords, revokeAppPassword } from "./app-passwords";
import { CreateAppPasswordInput } from "./schema";
import { endAllSessions, startSession } from "./sessions";
import { requireStanding } from "./standing";

let alice: SessionPrincipal;
beforeEach(async () => {
  alice = await makeUser({ userName: "alice", mail: "alice@example.org", isAdmin: true });
});

const make = (input: Partial<CreateAppPasswordInput> = {}, user = alice) =>
  createAppPassword(user, CreateAppPasswordInput.parse({ name: "Backup", scopes: ["files"], ...input }));
const use = (password: string, login: string | null = "alice", address = "192.0.2.7") =>
  signInApp(alice.siteId, { login, password, address });
const wrong = expect.objectContaining({ status: 401, code: "APP_PASSWORD_WRONG" });

it("is shown once in groups that can be read out, and rests hashed", async () => {
  const { secret, id } = await make();

  expect(secret).toMatch(/^app_(?:[a-z2-9]{4}-){6}[a-z2-9]{4}$/);
  const row = await db().appPassword.findFirstOrThrow({ where: { siteId: alice.siteId, id } });
  expect(JSON.stringify(row)).not.toContain(secret.slice(4, 12));
  expect(await listAppPasswords(alice)).toEqual([
    expect.objectContaining({ id, name: "Backup", scopes: ["files"], lastUsedAt: null, hasExpired: false }),
  ]);
  expect(JSON.stringify(await listAppPasswords(alice))).not.toContain("secret");
});

it("lets a program in under either name of its owner or none, and never as an administrator", async () => {
  const { secret, id: appPasswordId } = await make({ scopes: ["shares", "files", "files"] });

  const person = { siteId: alice.siteId, userId: alice.userId, userName: "alice", isAdmin: false };
  for (const login of ["alice", " Alice@Example.org", null]) {
    expect(await use(secret.toUpperCase(), login)).toMatchObject({
      ...person,
      appPasswordId,
      scopes: ["shares", "files"],
    });
  }
  expect(await use(secret)).not.toHaveProperty("sessionId");
});

it("answers the same to a wrong one, a wrong name, another site and one whose time is over", async () => {
  const bob = await makeUser({ site: await getSite(alice.siteId), userName: "bob" });
  const other = await makeSite();
  const { secret, id } = await make({ expiresAt: new Date(Date.now() + 60_000).toISOString() });
  expect(await use(secret)).toMatchObject({ userId: alice.userId });

  await expect(use(`${secret}x`)).rejects.toEqual(wrong);
  await expect(use(secret, bob.userName)).rejects.toEqual(wrong);
  await expect(use("correct horse battery")).rejects.toEqual(wrong);
  await expect(signInApp(other.id, { login: null, password: secret, address: "192.0.2.7" })).rejects.toEqual(wrong);
  await db().appPassword.updateMany({ where: { siteId: alice.siteId, id }, data: { expiresAt: new Date(0) } });
  await expect(use(secret)).rejects.toEqual(wrong);
  expect(await listAppPasswords(alice)).toMatchObject([{ hasExpired: true }]);
});

it("writes down that it was used, but not at each use", async () => {
  const { secret, id } = await make();
  const where = { siteId_id: { siteId: alice.siteId, id } };
  const lastUse = async () => (await db().appPassword.findUniqueOrThrow({ where })).lastUsedAt;
  await use(secret);
  const first = await lastUse();

  await use(secret);

  expect(first).not.toBeNull();
  expect(await lastUse()).toEqual(first);
  await db().appPassword.update({ where, data: { lastUsedAt: new Date(0) } });
  await use(secret);
  expect((await lastUse())?.getTime()).toBeGreaterThan(0);
});

it("writes that down once, of however many requests at once", async () => {
  const { secret } = await make();
  const query = vi.spyOn(pool(), "query");

  await Promise.all(Array.from({ length: 5 }, () => use(secret)));

  const answers = (await Promise.all(query.mock.results.map(({ value }) => value))) as QueryResult[];
  const written = answers.filter(({ command }) => command === "UPDATE").map(({ rowCount }) => rowCount);
  expect(written.reduce((one, other) => (one ?? 0) + (other ?? 0), 0)).toBe(1);
  query.mockRestore();
});

it("is not made by whoever was signed out while it was asked for", async () => {
  await endAllSessions(alice);

  await expect(make()).rejects.toMatchObject({ status: 401, code: "NOT_SIGNED_IN" });
  expect(await db().appPassword.count()).toBe(0);
});

it("stops at once when it is revoked, alone or with all others, and open pages are told", async () => {
  const [one, two] = [await make(), await make({ name: "Other" })];
  const held = await use(one.secret);
  const heard = await listenAs(alice);

  await revokeAppPassword(alice, one.id);

  await expect(use(one.secret)).rejects.toEqual(wrong);
  await expect(requireStanding(held)).rejects.toEqual(wrong);
  await vi.waitFor(() => expect(heard).toContain("account"));
  expect(await use(two.secret)).toMatchObject({ appPasswordId: two.id });
  await revokeAllAppPasswords(alice);
  await expect(use(two.secret)).rejects.toEqual(wrong);
  await expect(revokeAppPassword(alice, one.id)).rejects.toMatchObject({ code: "APP_PASSWORD_NOT_FOUND" });
});

it("is nobody else's to revoke", async () => {
  const bob = await makeUser({ site: await getSite(alice.siteId) });
  const { id, secret } = await make();

  await expect(revokeAppPassword(bob, id)).rejects.toMatchObject({ code: "APP_PASSWORD_NOT_FOUND" });
  await revokeAllAppPasswords(bob);

  expect(await use(secret)).toMatchObject({ appPasswordId: id });
});

it("goes on when its owner changes the password or signs out everywhere", async () => {
  const held = await use((await make()).secret);

  await changePassword(alice, { current: "correct horse battery", next: "a better one now" });
  await endAllSessions(alice);

  await expect(requireApp(held)).resolves.toBeUndefined();
});

it("ends when its owner is disabled or gets a new password, and rests while a first one waits to be replaced", async () => {
  const bob = await makeUser({ site: await getSite(alice.siteId), userName: "bob" });
  const { secret } = await make({}, bob);
  const held = await use(secret, "bob");

  await updatePerson(alice, bob.userId, { isDisabled: true });
  await expect(use(secret, "bob")).rejects.toEqual(wrong);
  await expect(requireApp(held)).rejects.toEqual(wrong);
  await updatePerson(alice, bob.userId, { isDisabled: false });
  await expect(requireApp(held)).rejects.toEqual(wrong);

  const signedIn = async () => ({
    ...bob,
    sessionId: await startSession(bob.siteId, bob.userId, { userAgent: "", address: "192.0.2.7" }),
  });
  const another = await make({}, await signedIn());
  await resetPassword(alice, bob.userId, "told by telephone");
  expect(await db().appPassword.count({ where: { id: another.id } })).toBe(0);

  const { secret: rests } = await make({}, await signedIn());
  await db().user.updateMany({ where: { siteId: alice.siteId, id: bob.userId }, data: { mustChangePassword: true } });
  await expect(use(rests, "bob")).rejects.toEqual(wrong);
});

it("throttles whoever tries one account, then whoever tries from one address, and nobody elsewhere", async () => {
  const { secret } = await make();
  const tries = (count: number, login: string | null) =>
    Promise.allSettled(Array.from({ length: count }, () => use("app_wrong", login)));
  const throttled = expect.objectContaining({ status: 429, code: "TOO_MANY_REQUESTS" });

  await tries(20, "alice");
  await expect(use(secret)).rejects.toEqual(throttled);
  expect(await use(secret, null)).toMatchObject({ userId: alice.userId });

  await tries(40, null);
  await expect(use(secret, null)).rejects.toEqual(throttled);
  expect(await use(secret, "alice", "198.51.100.1")).toMatchObject({ userId: alice.userId });
});

it("makes no more than fifty for one person, however many are asked for at once", async () => {
  const row = { siteId: alice.siteId, userId: alice.userId, name: "Old", scopes: [] };
  await db().appPassword.createMany({
    data: Array.from({ length: 49 }, (_, n) => ({ ...row, secretHash: `hash ${n}` })),
  });

  const results = await Promise.allSettled([make(), make(), make()]);

  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const refused = results.find(({ status }) => status === "rejected") as PromiseRejectedResult;
  expect(refused.reason).toMatchObject({ status: 409, code: "TOO_MANY_APP_PASSWORDS" });
});

it("ends in the future, is good for something, and has a name", async () => {
  await expect(make({ expiresAt: "2020-01-01T00:00:00Z" })).rejects.toMatchObject({ code: "EXPIRY_PAST" });
  for (const [name, input] of [
    ["scopes", { scopes: [] }],
    ["scopes", { scopes: ["everything"] }],
    ["name", { name: " " }],
  ] as const) {
    const parsed = CreateAppPasswordInput.safeParse({ name: "Backup", scopes: ["files"], ...input });
    expect(parsed.error?.issues[0]?.path[0]).toBe(name);
  }
});

it("is in the audit trail when it is made and when it ends", async () => {
  const { id } = await make();

  await revokeAppPassword(alice, id);

  const entries = await db().auditEntry.findMany({ where: { siteId: alice.siteId }, orderBy: { id: "asc" } });
  const told = entries.filter(({ action }) => action.startsWith("app-password"));
  expect(told).toMatchObject([
    { action: "app-password-created", actor: `user:${alice.userId}`, detail: { appPasswordId: id } },
    { action: "app-password-revoked", actor: `user:${alice.userId}`, detail: { appPasswordId: id } },
  ]);
});
