import { expect, it } from "vitest";
import { PATCH } from "@/app/api/admin/people/[id]/route";
import { GET, POST } from "@/app/api/admin/people/route";
import { db } from "@/lib/core/db";
import { ownTree } from "@/lib/files/own-tree";
import { getUsage } from "@/lib/files/usage";
import { findSession } from "@/lib/identity/sessions";
import { makeSite, makeUser, requestOf } from "@/tests/make";
import { bytes } from "@/tests/make-files";
import { createPerson, listPeople, resetPassword, updatePerson } from "./people";
import { changePolicies } from "./policies";

const bobsData = { displayName: "Bob", userName: "bob", password: "a first password", isAdmin: false };

it("makes a person who must change the first password, and writes it down", async () => {
  const admin = await makeUser({ isAdmin: true });

  const bob = await createPerson(admin, { ...bobsData, mail: "Bob@example.org" });

  expect(bob).toMatchObject({ userName: "bob", mail: "bob@example.org", isAdmin: false, isDisabled: false });
  expect((await db().user.findFirstOrThrow({ where: { userName: "bob" } })).mustChangePassword).toBe(true);
  const entry = await db().auditEntry.findFirstOrThrow({ where: { subject: `user:${bob.id}` } });
  expect(entry).toMatchObject({ actor: `user:${admin.userId}`, action: "person-created" });
});

it("takes people from whoever sits at the machine too, and writes that down", async () => {
  const { id: siteId } = await makeSite();

  const bob = await createPerson({ kind: "operator", siteId }, bobsData);

  const entry = await db().auditEntry.findFirstOrThrow({ where: { subject: `user:${bob.id}` } });
  expect(entry).toMatchObject({ siteId, actor: "operator", action: "person-created" });
  expect((await listPeople({ kind: "operator", siteId }, {})).items).toMatchObject([{ userName: "bob" }]);
});

it("keeps an audit entry only if what it tells has happened", async () => {
  const admin = await makeUser({ isAdmin: true });
  const before = await db().auditEntry.count();

  await expect(createPerson(admin, { ...bobsData, userName: admin.userName })).rejects.toMatchObject({ status: 409 });

  expect(await db().auditEntry.count()).toBe(before);
});

it("lets an administrator neither disable nor demote himself", async () => {
  const admin = await makeUser({ isAdmin: true });

  for (const change of [{ isDisabled: true }, { isAdmin: false }]) {
    await expect(updatePerson(admin, admin.userId, change)).rejects.toMatchObject({ code: "NOT_YOURSELF" });
  }
});

it("leaves an administrator when two demote each other at once", async () => {
  const site = await makeSite();
  const [one, other] = [await makeUser({ site, isAdmin: true }), await makeUser({ site, isAdmin: true })];

  const results = await Promise.allSettled([
    updatePerson(one, other.userId, { isAdmin: false }),
    updatePerson(other, one.userId, { isDisabled: true }),
  ]);

  const refused = results.filter((result) => result.status === "rejected");
  expect(refused).toMatchObject([{ reason: { code: "LAST_ADMIN" } }]);
  expect(await db().user.count({ where: { isAdmin: true, disabledAt: null } })).toBe(1);
});

it("gives a person what the site gives, no limit, or a limit of his own, and counts by it", async () => {
  const admin = await makeUser({ isAdmin: true });
  const { siteId } = admin;
  await changePolicies(admin, { defaultQuota: 10 });
  const bob = await createPerson(admin, bobsData);
  const effective = async () => (await getUsage({ siteId, userId: bob.id })).quota;

  const usual = await effective();
  const unlimited = await updatePerson(admin, bob.id, { quota: "unlimited" });
  const whileUnlimited = await effective();
  const tree = ownTree({ siteId, userId: bob.id });
  await tree.write(["announced"], bytes("x".repeat(50)), { size: 50 });
  await tree.write(["unannounced"], bytes("x".repeat(50)), {});
  const own = await updatePerson(admin, bob.id, { quota: 200 });
  const again = await updatePerson(admin, bob.id, { quota: null });

  expect([bob.quota, bob.limit, usual]).toEqual([null, 10, 10]);
  expect([unlimited.quota, unlimited.limit, whileUnlimited]).toEqual(["unlimited", null, null]);
  expect(unlimited.used + own.used).toBe(100);
  expect([own.quota, own.limit]).toEqual([200, 200]);
  expect([again.quota, again.limit]).toEqual([null, 10]);
});

it("ends every session of whoever gets a new password", async () => {
  const site = await makeSite();
  const [admin, bob] = [await makeUser({ site, isAdmin: true }), await makeUser({ site })];

  await resetPassword(admin, bob.userId, "another password");

  expect(await findSession(site.id, bob.sessionId)).toBeNull();
});

it("knows no people of another site", async () => {
  const admin = await makeUser({ isAdmin: true });
  const stranger = await makeUser();

  const change = updatePerson(admin, stranger.userId, { displayName: "Somebody else" });

  await expect(change).rejects.toMatchObject({ code: "PERSON_NOT_FOUND" });
  expect((await listPeople(admin, {})).items.map(({ id }) => id)).toEqual([admin.userId]);
});

it("gives the list page by page", async () => {
  const site = await makeSite();
  const admin = await makeUser({ site, isAdmin: true });
  await makeUser({ site, displayName: "Bob" });

  const first = await listPeople(admin, { limit: 1 });
  const second = await listPeople(admin, { limit: 1, after: first.next ?? "" });

  expect([first.items, second.items].flat().map(({ displayName }) => displayName)).toEqual([admin.displayName, "Bob"]);
  expect(second.next).toBeNull();
});

it("opens to administrators only, over HTTP", async () => {
  const site = await makeSite();
  const [admin, bob] = [await makeUser({ site, isAdmin: true }), await makeUser({ site })];

  expect((await GET(await requestOf(admin, "/api/admin/people"))).status).toBe(200);
  const refused = await GET(await requestOf(bob, "/api/admin/people"));
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ code: "NOT_ADMIN" });
});

it("names the fields that are wrong", async () => {
  const admin = await makeUser({ isAdmin: true });
  const body = { ...bobsData, userName: "Bob Example", password: "short" };

  const answer = await POST(await requestOf(admin, "/api/admin/people", { method: "POST", body }));

  expect(answer.status).toBe(400);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  const { code, fields } = await answer.json();
  expect(code).toBe("VALIDATION_FAILED");
  expect(fields.map(({ name }: { name: string }) => name)).toEqual(["userName", "password"]);
});

it("answers an id that is none with 404", async () => {
  const admin = await makeUser({ isAdmin: true });
  const request = await requestOf(admin, "/api/admin/people/x", { method: "PATCH", body: { displayName: "X" } });

  const answer = await PATCH(request, { params: Promise.resolve({ id: "x" }) });

  expect(answer.status).toBe(404);
});
