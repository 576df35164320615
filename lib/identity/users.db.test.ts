import { expect, it, vi } from "vitest";
import { GET, PATCH } from "@/app/api/account/route";
import { updatePerson } from "@/lib/admin/people";
import { changePolicies } from "@/lib/admin/policies";
import { db, pool } from "@/lib/core/db";
import { makeSite, makeUser, requestOf } from "@/tests/make";
import { findUserByIdentifier, getUser, listSitePeople } from "./users";

it("answers other clouds by the opaque identifier, and by the user name only where the site allows it", async () => {
  const alice = await makeUser({ userName: "alice", isAdmin: true });
  const { identifier } = await getUser(alice.siteId, alice.userId);

  expect(await findUserByIdentifier(alice.siteId, identifier)).toMatchObject({ userName: "alice" });
  expect(await findUserByIdentifier(alice.siteId, "alice")).toBeNull();
  await changePolicies(alice, { answersUserNames: true });
  expect(await findUserByIdentifier(alice.siteId, "alice")).toMatchObject({ identifier });
});

it("answers for nobody who is disabled, and for nobody of another site", async () => {
  const site = await makeSite();
  const [admin, bob] = [await makeUser({ site, isAdmin: true }), await makeUser({ site })];
  const { identifier } = await getUser(site.id, bob.userId);

  expect(await findUserByIdentifier((await makeSite()).id, identifier)).toBeNull();
  await updatePerson(admin, bob.userId, { isDisabled: true });
  expect(await findUserByIdentifier(site.id, identifier)).toBeNull();
});

it("never gives the hash of a password away", async () => {
  const alice = await makeUser();

  expect(await getUser(alice.siteId, alice.userId)).not.toHaveProperty("passwordHash");
});

it("finds people of one's own site by any part of name, user name or mail, but not oneself", async () => {
  const site = await makeSite();
  const alice = await makeUser({ site, userName: "alice", displayName: "Alice Example" });
  await makeUser({ site, userName: "bob", displayName: "Bob Example", mail: "builder@example.org" });
  await makeUser({ displayName: "Bob Example" });
  const found = async (search: string) => (await listSitePeople(alice, search, 8)).map(({ userName }) => userName);

  expect(await found("EXAMPLE")).toEqual(["bob"]);
  expect(await found("build")).toEqual(["bob"]);
  expect(await found("%")).toEqual([]);
  expect(await found("b_b")).toEqual([]);
});

it("asks the index for a rare name among many people", async () => {
  const alice = await makeUser({ userName: "alice" });
  await pool().query(
    `INSERT INTO "User" ("siteId", "id", "userName", "displayName", "identifier")
     SELECT $1, gen_random_uuid(), 'person' || n, 'Person ' || n, 'p' || n FROM generate_series(1, 20000) AS n`,
    [alice.siteId],
  );
  await pool().query(`VACUUM ANALYZE "User"`);
  const query = vi.spyOn(pool(), "query"); // looks on; the statement runs

  const found = await listSitePeople(alice, "19999", 8);

  const [sql, values] = (query.mock.calls as unknown[][])[0] ?? [];
  query.mockRestore();
  const plan = await pool().query(`EXPLAIN ${sql}`, values as unknown[]);
  expect(found.map(({ userName }) => userName)).toEqual(["person19999"]);
  expect(JSON.stringify(plan.rows)).toContain("User_search");
});

it("shows the own account with the address for other clouds, in the form that the site answers", async () => {
  const site = await makeSite("https://cloud.example.org");
  const alice = await makeUser({ site, userName: "alice", isAdmin: true });
  const account = async () => (await GET(await requestOf(alice, "/api/account"))).json();
  const { identifier } = await getUser(site.id, alice.userId);

  expect(await account()).toMatchObject({ userName: "alice", cloudAddress: `${identifier}@cloud.example.org` });
  await changePolicies(alice, { answersUserNames: true, name: "Example" });
  expect(await account()).toMatchObject({ cloudAddress: "alice@cloud.example.org", site: { name: "Example" } });
});

it("changes the own name, and takes no mail address that somebody has", async () => {
  const site = await makeSite();
  const alice = await makeUser({ site });
  await makeUser({ site, mail: "bob@example.org" });
  const change = async (body: object) => PATCH(await requestOf(alice, "/api/account", { method: "PATCH", body }));

  expect(await (await change({ displayName: " Alice " })).json()).toMatchObject({ displayName: "Alice" });
  const refused = await change({ mail: "Bob@example.org" });
  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({ code: "PERSON_EXISTS" });
  expect(await db().user.count({ where: { mail: "bob@example.org" } })).toBe(1);
});
