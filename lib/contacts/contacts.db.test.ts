import { beforeEach, describe, expect, it, vi } from "vitest";
import { GET as get, DELETE as remove } from "@/app/api/contacts/[id]/route";
import { GET as list } from "@/app/api/contacts/route";
import { findContactByOurIdentifier } from "@/lib/contacts/contacts";
import type { ContactView } from "@/lib/contacts/schema";
import { db, pool } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import type { Contact } from "@/prisma/generated/client";
import { makeUser, requestOf } from "@/tests/make";

let alice: UserPrincipal;

beforeEach(async () => {
  alice = await makeUser();
});

async function makeContact(displayName: string, given: Partial<Omit<Contact, "verifiedAs">> = {}): Promise<Contact> {
  const { siteId, userId } = alice;
  const known = { provider: "cloud.example.org", identifier: newId(), ourIdentifier: newId() };
  return db().contact.create({ data: { siteId, userId, displayName, ...known, ...given } });
}
async function find(query: Record<string, string>, who = alice) {
  const response = await list(await requestOf(who, `/api/contacts?${new URLSearchParams(query)}`));
  const { items, next } = await response.json();
  return { names: items.map((item: { displayName: string }) => item.displayName), next };
}
const on = async (handler: typeof get, id: string, method: string, who = alice) =>
  handler(await requestOf(who, `/api/contacts/${id}`, { method }), { params: Promise.resolve({ id }) });

describe("the address book", () => {
  it("is sorted by name whatever the case, and comes in pages that fit together", async () => {
    for (const name of ["dora", "Bob", "alice", "Carol", "Bob"]) await makeContact(name);

    const first = await find({ limit: "2" });
    const second = await find({ limit: "2", after: first.next });
    const third = await find({ limit: "2", after: second.next });

    expect([first.names, second.names, third.names]).toEqual([["alice", "Bob"], ["Bob", "Carol"], ["dora"]]);
    expect(third.next).toBeNull();
  });

  it.each([
    ["part of a name", "ber"],
    ["another case", "ALBERT"],
    ["two letters", "lb"],
    ["part of the mail address", "a.lee@ex"],
    ["the cloud", "science.ex"],
  ])("is searched by %s", async (_name, search) => {
    await makeContact("Albert", { mail: "a.lee@example.org", provider: "science.example.org" });
    await makeContact("Bob");

    expect((await find({ search })).names).toEqual(["Albert"]);
  });

  it("marks those with whose cloud nothing passes at present", async () => {
    await makeContact("Bob", { provider: "blocked.example.org" });
    await makeContact("Carol");
    const { siteId } = alice;
    await db().provider.create({ data: { siteId, provider: "blocked.example.org", standing: "blocked" } });

    const { items } = await (await list(await requestOf(alice, "/api/contacts"))).json();

    const marks = items.map(({ displayName, isSuspended }: ContactView) => [displayName, isSuspended]);
    expect(marks).toEqual([
      ["Bob", true],
      ["Carol", false],
    ]);
  });

  it("takes the signs of patterns for what they are", async () => {
    await makeContact("Bob 100%_\\");
    await makeContact("Bob 100 X");

    expect((await find({ search: "100%_\\" })).names).toEqual(["Bob 100%_\\"]);
  });

  it("begins anew when asked to go on from nowhere", async () => {
    await makeContact("Bob");

    expect((await find({ after: "nonsense" })).names).toEqual(["Bob"]);
  });

  it("holds neither other people's contacts nor removed ones", async () => {
    await makeContact("Bob", { removedAt: new Date() });
    const other = await makeUser();
    await makeContact("Carol", { siteId: other.siteId, userId: other.userId });

    expect((await find({})).names).toEqual([]);
    expect((await find({}, other)).names).toEqual(["Carol"]);
  });

  it.each([
    ["in its order", "", "Contact_list", 50],
    ["by letters", "19999", "Contact_search", 1],
  ])("is read %s from an index, with many contacts", async (_name, search, index, count) => {
    await pool().query(
      `INSERT INTO "Contact" ("siteId", id, "userId", provider, identifier, "ourIdentifier", "displayName")
       SELECT $1, gen_random_uuid(), $2, 'cloud.example.org', i, i, 'Person ' || i FROM generate_series(1, 20000) i`,
      [alice.siteId, alice.userId],
    );
    await pool().query(`VACUUM ANALYZE "Contact"`);
    const query = vi.spyOn(pool(), "query"); // looks on; the statement runs

    const { names } = await find({ search, limit: "50" });

    const [sql, values] =
      (query.mock.calls as unknown[][]).find(([text]) => String(text).includes(`FROM "Contact"`)) ?? [];
    query.mockRestore();
    const plan = await pool().query(`EXPLAIN ${sql}`, values as unknown[]);
    expect(names).toHaveLength(count);
    expect(JSON.stringify(plan.rows)).toContain(index);
  });
});

describe("a contact", () => {
  it("tells how many shares would end with it", async () => {
    const contact = await makeContact("Bob");
    const { siteId, userId } = alice;
    const sent = {
      siteId,
      senderId: userId,
      contactId: contact.id,
      provider: "cloud.example.org",
      recipientName: "Bob",
    };
    const live = { ...sent, shareWith: "bob@cloud.example.org", role: "viewer" as const };
    await db().sentShare.createMany({
      data: [live, { ...live, revokedAt: new Date() }, { ...live, answer: "declined" }],
    });

    const response = await on(get, contact.id, "GET");

    expect(await response.json()).toMatchObject({
      displayName: "Bob",
      sent: { count: 1, names: [] },
      received: { count: 0, names: [] },
    });
  });

  it("is gone once removed; the job that ends its shares waits with it, and what the other cloud should hear", async () => {
    const contact = await makeContact("Bob");

    const response = await on(remove, contact.id, "DELETE");

    expect(response.status).toBe(204);
    expect((await find({})).names).toEqual([]);
    expect(await findContactByOurIdentifier(alice.siteId, contact.ourIdentifier)).toBeNull();
    const jobs = await db().$queryRaw`SELECT task_identifier AS task FROM graphile_worker.jobs ORDER BY 1`;
    expect(jobs).toEqual([{ task: "contact-removed" }, { task: "deliver" }]);
    expect((await on(remove, contact.id, "DELETE")).status).toBe(404);
  });

  it.each([
    ["somebody else's", async () => (await makeContact("Bob")).id],
    ["unknown", async () => newId()],
    ["not even an id", async () => "x"],
  ])("is not there when it is %s", async (_name, idOf) => {
    const id = await idOf();
    const other = await makeUser();

    const statuses = [await on(get, id, "GET", other), await on(remove, id, "DELETE", other)].map(
      ({ status }) => status,
    );

    expect(statuses).toEqual([404, 404]);
  });
});
