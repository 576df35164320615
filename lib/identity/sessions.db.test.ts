import { expect, it, vi } from "vitest";
import { updatePerson } from "@/lib/admin/people";
import { db } from "@/lib/core/db";
import { listenAs } from "@/tests/live";
import { makeSite, makeUser } from "@/tests/make";
import { changePassword } from "./account";
import { endAllSessions, endSession, findSession, listSessions, principalOfSession, startSession } from "./sessions";

const DEVICE = { userAgent: "a browser", address: "192.0.2.7" };

it("tells who is behind a session", async () => {
  const alice = await makeUser({ userName: "alice", isAdmin: true });

  const session = await findSession(alice.siteId, alice.sessionId);

  expect(session).toEqual({ user: { ...alice, secondFactorAt: null }, mustChangePassword: false });
});

it("knows no session of another site, none that expired, and nothing that is not an id", async () => {
  const alice = await makeUser();
  const other = await makeSite();

  expect(await principalOfSession(other.id, alice.sessionId)).toBeNull();
  expect(await principalOfSession(alice.siteId, "'; DROP TABLE")).toBeNull();
  await db().session.updateMany({ where: { siteId: alice.siteId }, data: { expiresAt: new Date(0) } });
  expect(await principalOfSession(alice.siteId, alice.sessionId)).toBeNull();
});

it("ends every session of a disabled person at once and tells the open pages", async () => {
  const site = await makeSite();
  const admin = await makeUser({ site, isAdmin: true });
  const bob = await makeUser({ site });
  const second = await startSession(site.id, bob.userId, DEVICE);
  const heard = await listenAs(bob);

  await updatePerson(admin, bob.userId, { isDisabled: true });

  expect(await principalOfSession(site.id, bob.sessionId)).toBeNull();
  expect(await principalOfSession(site.id, second)).toBeNull();
  await vi.waitFor(() => expect(heard).toContain("account"));
});

it("ends the other sessions when the password changes", async () => {
  const alice = await makeUser();
  const elsewhere = await startSession(alice.siteId, alice.userId, DEVICE);

  await changePassword(alice, { current: "correct horse battery", next: "a better one now" });

  expect(await principalOfSession(alice.siteId, elsewhere)).toBeNull();
  expect(await principalOfSession(alice.siteId, alice.sessionId)).not.toBeNull();
});

it("does not change the password without the present one", async () => {
  const alice = await makeUser();

  const change = changePassword(alice, { current: "guessed wrong", next: "a better one now" });

  await expect(change).rejects.toMatchObject({ code: "PASSWORD_WRONG", fields: [{ name: "current" }] });
});

it("needs the present password no more while it is a first one, which must be replaced by another", async () => {
  const alice = await makeUser();
  const change = (input: { current?: string; next: string }) => changePassword(alice, input);
  await expect(change({ next: "a better one now" })).rejects.toMatchObject({ code: "PASSWORD_WRONG" });
  await db().user.updateMany({ data: { mustChangePassword: true } });

  await expect(change({ next: "correct horse battery" })).rejects.toMatchObject({ code: "PASSWORD_UNCHANGED" });
  await change({ next: "a better one now" });

  expect(await db().user.findFirst()).toMatchObject({ mustChangePassword: false });
});

it("lists one's sessions and ends one, but none of somebody else", async () => {
  const site = await makeSite();
  const alice = await makeUser({ site });
  const bob = await makeUser({ site });
  const elsewhere = await startSession(site.id, alice.userId, DEVICE);

  await expect(endSession(bob, elsewhere)).rejects.toMatchObject({ code: "SESSION_NOT_FOUND" });
  await endSession(alice, elsewhere);

  expect((await listSessions(alice)).map(({ id, isCurrent }) => ({ id, isCurrent }))).toEqual([
    { id: alice.sessionId, isCurrent: true },
  ]);
});

it("signs out everywhere, here included", async () => {
  const alice = await makeUser();
  await startSession(alice.siteId, alice.userId, DEVICE);

  await endAllSessions(alice);

  expect(await db().session.count({ where: { siteId: alice.siteId } })).toBe(0);
});
