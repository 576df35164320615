import { beforeEach, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { suggestPeople } from "@/lib/sharing/suggestions";
import { forgetSites, getSite } from "@/lib/sites/sites";
import { makeUser } from "@/tests/make";

let alice: UserPrincipal;
let made = 0;

async function addContact(displayName: string, more: { mail?: string; provider?: string; removedAt?: Date } = {}) {
  const ids = { identifier: `their-${++made}`, ourIdentifier: `our-${made}` };
  const { siteId, userId } = alice;
  await db().contact.create({
    data: { siteId, userId, displayName, provider: "cloud.example.org", mail: "", ...ids, ...more },
  });
}
const found = async (search: string) => (await suggestPeople(alice, search)).map(({ displayName }) => displayName);

beforeEach(async () => {
  alice = await makeUser({ userName: "alice", displayName: "Alice" });
});

it("finds contacts by any part of name, mail and cloud, names that begin so first", async () => {
  await addContact("Jabob");
  await addContact("Bob");
  await addContact("Zoe", { mail: "bobette@example.org" });
  await addContact("Yan", { provider: "bob.example.org" });
  await addContact("Ann");

  expect(await found(" BOB")).toEqual(["Bob", "Zoe", "Jabob", "Yan"]);
});

it("takes one or two letters for the beginning of a word", async () => {
  await addContact("Jacob Ba");
  await addContact("Bob");

  expect(await found("b")).toEqual(["Bob", "Jacob Ba"]);
  expect(await found("co")).toEqual([]);
});

it("takes what is typed literally", async () => {
  await addContact("Bob");
  await addContact("100% Bob");

  expect(await found("%")).toEqual([]);
  expect(await found("0% b")).toEqual(["100% Bob"]);
});

it("finds neither removed contacts nor those of others", async () => {
  await addContact("Bob", { removedAt: new Date() });
  const other = await makeUser({ site: await getSite(alice.siteId), displayName: "Other" });
  await addContact("Bobby");

  expect((await suggestPeople(other, "bob")).map(({ kind }) => kind)).toEqual([]);
  expect(await found("bob")).toEqual(["Bobby"]);
});

it("adds people of the site only where the site allows it, never oneself", async () => {
  await makeUser({ site: await getSite(alice.siteId), userName: "bob", displayName: "Bob", mail: "bob@example.org" });
  await addContact("Abobo");

  const allowed = await suggestPeople(alice, "bob");
  await db().site.updateMany({ data: { showsSitePeople: false } });
  forgetSites();

  expect(allowed).toMatchObject([
    { kind: "person", displayName: "Bob", mail: "bob@example.org", provider: "" },
    { kind: "contact", displayName: "Abobo", provider: "cloud.example.org" },
  ]);
  expect(await found("bob")).toEqual(["Abobo"]);
  expect(await found("alice")).toEqual([]);
});

it("gives eight at most", async () => {
  for (let number = 0; number < 12; number++) await addContact(`Bob ${number}`);

  expect(await found("bob")).toHaveLength(8);
});
