import { beforeEach, describe, expect, it } from "vitest";
import { PUT as putIn, DELETE as takeOut } from "@/app/api/admin/groups/[id]/members/[userId]/route";
import { GET as getMembers } from "@/app/api/admin/groups/[id]/members/route";
import { PATCH, DELETE as remove } from "@/app/api/admin/groups/[id]/route";
import { GET, POST } from "@/app/api/admin/groups/route";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { makeUser, requestOf } from "@/tests/make";

let alice: UserPrincipal;
let bob: UserPrincipal;

beforeEach(async () => {
  alice = await makeUser({ userName: "alice", displayName: "Alice", isAdmin: true });
  const site = await db().site.findUniqueOrThrow({ where: { id: alice.siteId } });
  bob = await makeUser({ site, userName: "bob", displayName: "Bob" });
});

const at = (params: Record<string, string>) => ({ params: Promise.resolve(params) as Promise<never> });
const none = at({});
const create = async (name: string, who = alice) =>
  POST(await requestOf(who, "/api/admin/groups", { method: "POST", body: { name } }), none);
const made = async (name: string) => (await create(name)).json();
const list = async (query = "") => (await GET(await requestOf(alice, `/api/admin/groups${query}`), none)).json();
const rename = async (id: string, name: string) =>
  PATCH(await requestOf(alice, `/api/admin/groups/${id}`, { method: "PATCH", body: { name } }), at({ id }));
const end = async (id: string) =>
  remove(await requestOf(alice, `/api/admin/groups/${id}`, { method: "DELETE" }), at({ id }));
const set = async (id: string, userId: string, isMember: boolean) => {
  const method = isMember ? "PUT" : "DELETE";
  const request = await requestOf(alice, `/api/admin/groups/${id}/members/${userId}`, { method });
  return (isMember ? putIn : takeOut)(request, at({ id, userId }));
};
const members = async (id: string) =>
  (await getMembers(await requestOf(alice, `/api/admin/groups/${id}/members`), at({ id }))).json();

describe("a group", () => {
  it("is made with an address of its name, renamed without changing it, and deleted", async () => {
    const { provider } = await db().site.findUniqueOrThrow({ where: { id: alice.siteId } });
    const group = await made("Équipe Alpes");
    const renamed = await (await rename(group.id, "Alpes")).json();

    expect(group).toMatchObject({ name: "Équipe Alpes", cloudAddress: `equipe-alpes@${provider}`, members: 0 });
    expect(renamed).toMatchObject({ name: "Alpes", cloudAddress: group.cloudAddress });
    expect((await end(group.id)).status).toBe(204);
    expect(await list()).toEqual({ items: [], next: null });
    expect((await made("Équipe Alpes")).cloudAddress).toBe(group.cloudAddress);
  });

  it("has a name of its own, and an address of its own where names come to the same", async () => {
    await made("Field team");
    const same = await create("field TEAM");

    expect([same.status, (await same.json()).code]).toEqual([409, "GROUP_EXISTS"]);
    expect((await made("Field-Team")).cloudAddress).toMatch(/^field-team-2@/);
    expect((await made("日本")).cloudAddress).toMatch(/^group@/);
    expect((await create("field_team")).status).toBe(201); // no pattern
  });

  it("has members, who are put in and taken out however often", async () => {
    const { id } = await made("Field team");
    await set(id, bob.userId, true);
    const twice = await (await set(id, bob.userId, true)).json();
    const within = await members(id);
    await set(id, bob.userId, false);

    expect(twice.members).toBe(1);
    expect(within.items).toEqual([{ id: bob.userId, displayName: "Bob", userName: "bob", isDisabled: false }]);
    expect((await (await set(id, bob.userId, false)).json()).members).toBe(0);
  });

  it("is written down in the audit trail, whatever is done to it", async () => {
    const { id } = await made("Field team");
    await set(id, bob.userId, true);
    await set(id, bob.userId, false);
    await rename(id, "Team");
    await end(id);

    const entries = await db().auditEntry.findMany({ where: { subject: `group:${id}` }, orderBy: { id: "asc" } });
    const done = ["group-created", "group-joined", "group-left", "group-renamed", "group-deleted"];
    expect(entries.map(({ action }) => action)).toEqual(done);
  });

  it.each([
    ["unknown", async () => newId()],
    ["not even an id", async () => "x"],
    ["deleted", async () => made("Gone").then(async ({ id }) => (await end(id)) && id)],
    [
      "another site's",
      async () => {
        const other = await makeUser({ isAdmin: true });
        return (await (await create("Theirs", other)).json()).id;
      },
    ],
  ])("is not there when it is %s", async (_name, idOf) => {
    const id = await idOf();

    const answers = [await rename(id, "Another"), await end(id), await set(id, bob.userId, true)];

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(await members(id)).toMatchObject({ code: "GROUP_NOT_FOUND" });
  });

  it("takes in nobody who is not of this site", async () => {
    const { id } = await made("Field team");
    const stranger = await makeUser();

    expect((await set(id, stranger.userId, true)).status).toBe(404);
    expect(await (await set(id, "x", true)).json()).toMatchObject({ code: "PERSON_NOT_FOUND" });
  });
});

describe("the list of groups", () => {
  it("is in the order of names, searched by name and address, and comes in pages", async () => {
    for (const name of ["beta", "Alpha", "Gamma"]) await made(name);
    const names = ({ items }: { items: { name: string }[] }) => items.map(({ name }) => name);

    const first = await list("?limit=2");

    expect([names(first), names(await list(`?limit=2&after=${first.next}`))]).toEqual([["Alpha", "beta"], ["Gamma"]]);
    expect(names(await list("?search=AMM"))).toEqual(["Gamma"]);
    expect(names(await list("?search=%25"))).toEqual([]);
  });

  it("is for administrators only", async () => {
    expect((await create("Mine", bob)).status).toBe(403);
    expect((await GET(await requestOf(bob, "/api/admin/groups"), none)).status).toBe(403);
  });
});
