import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { POST as look, DELETE as unverify, PUT as verify } from "@/app/api/contacts/[id]/words/route";
import { checkVerified, sweepVerified } from "@/lib/contacts/check-verified";
import { getContact, listContacts } from "@/lib/contacts/contacts";
import { removeContact } from "@/lib/contacts/remove-contact";
import { saveContact } from "@/lib/contacts/save-contact";
import { sidesOf, wordsOf } from "@/lib/contacts/verified-as";
import { getContactWords } from "@/lib/contacts/verify-contact";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { suggestPeople } from "@/lib/sharing/suggestions";
import { createSigningKey } from "@/lib/sites/change-keys";
import { keysOfProvider } from "@/lib/trust/provider-keys";
import { befriend, type Cloud, noticesOf, startCloud } from "@/tests/clouds";
import { makeUser, requestOf } from "@/tests/make";
import { startPeer } from "@/tests/peer";

let here: Cloud;
let there: Cloud;
let alice: UserPrincipal;
let bob: UserPrincipal;
/** Bob as Alice has him, and Alice as Bob has her. */
let [bobAtAlices, aliceAtBobs] = ["", ""];

beforeEach(async () => {
  [here, there] = [await startCloud(), await startCloud()];
  alice = await makeUser({ site: here.site, displayName: "Alice" });
  bob = await makeUser({ site: there.site, displayName: "Bob" });
  [bobAtAlices, aliceAtBobs] = (await befriend(alice, bob)).map(({ id }) => id) as [string, string];
});
afterEach(() => Promise.all([here.stop(), there.stop()]));

async function ask(handler: typeof verify, method: string, body?: object) {
  const request = await requestOf(alice, `/api/contacts/${bobAtAlices}/words`, { method, body });
  const response = await handler(request, { params: Promise.resolve({ id: bobAtAlices }) });
  return { status: response.status, json: await response.json() };
}
async function verifyBob() {
  const { json } = await ask(look, "POST");
  return ask(verify, "PUT", { words: json.words });
}
const isMarked = async () => (await listContacts(alice)).items.map(({ isVerified }) => isVerified);
/** As an administrator of that cloud adds a key, and ours reads it. */
async function changeKeysThere() {
  await db().$transaction((tx) => createSigningKey(tx, there.site.id));
  await keysOfProvider(here.site.id, there.site.provider, { fresh: true });
}
const waiting = (name: string) => db().$queryRaw`
  SELECT FROM graphile_worker.jobs WHERE task_identifier = ${name}`;

describe("the words of a contact", () => {
  it("are the same at both ends, and others between others", async () => {
    const [ours, theirs] = [await getContactWords(alice, bobAtAlices), await getContactWords(bob, aliceAtBobs)];
    const carol = await makeUser({ site: there.site, displayName: "Carol" });
    const [other] = await befriend(alice, carol);

    expect(ours.words).toHaveLength(12);
    expect(theirs.words).toEqual(ours.words);
    expect((await getContactWords(alice, other.id)).words).not.toEqual(ours.words);
  });

  it("differ where somebody in the middle shows a key of his own to one of the two", async () => {
    const ours = await getContactWords(alice, bobAtAlices);
    const between = await startPeer();
    const { siteId } = bob;
    await getContactWords(bob, aliceAtBobs);
    const key = await keysOfProvider(siteId, between.provider, { fresh: true });
    await db().provider.updateMany({ where: { siteId, provider: here.site.provider }, data: { keys: key } });

    const theirs = wordsOf(await sidesOf(await getContact(bob, aliceAtBobs)));

    expect(theirs).not.toEqual(ours.words);
    await between.stop();
  });

  it("are not shown of a cloud that has none, and one hears so", async () => {
    const peer = await startPeer();
    const { siteId, userId } = alice;
    const known = { provider: peer.provider, identifier: newId(), ourIdentifier: newId() };
    const { id } = await db().contact.create({ data: { siteId, userId, displayName: "Old", ...known } });

    await expect(getContactWords(alice, id)).rejects.toMatchObject({ code: "CONTACT_WORDS_UNSUPPORTED" });
    await peer.stop();
  });
});

describe("a contact with whom words were compared", () => {
  it("is marked wherever it stands, until the mark is taken away", async () => {
    expect((await verifyBob()).json).toMatchObject({ displayName: "Bob", isVerified: true });

    expect(await isMarked()).toEqual([true]);
    expect(await suggestPeople(alice, "Bob")).toMatchObject([{ kind: "contact", isVerified: true }]);
    expect(await db().auditEntry.count({ where: { action: "contact-verified" } })).toBe(1);
    expect((await ask(unverify, "DELETE")).json.isVerified).toBe(false);
    expect(await isMarked()).toEqual([false]);
  });

  it("is not marked by words that are not the present ones", async () => {
    const { json } = await ask(look, "POST");
    await changeKeysThere();

    const late = await ask(verify, "PUT", { words: json.words });

    expect([late.status, late.json.code]).toEqual([409, "CONTACT_WORDS_CHANGED"]);
    expect(await isMarked()).toEqual([false]);
  });

  it("loses the mark when its cloud has another key, and one is told", async () => {
    await verifyBob();
    await checkVerified({ siteId: here.site.id });
    expect(await isMarked()).toEqual([true]);

    await changeKeysThere();
    expect(await waiting("check-verified")).toHaveLength(1);
    await checkVerified({ siteId: here.site.id, provider: there.site.provider });

    expect(await isMarked()).toEqual([false]);
    expect(await noticesOf(alice)).toEqual(["contact-unverified"]);
    const told = await db().notice.findFirstOrThrow();
    expect(told.about).toMatchObject({ name: "Bob", changed: "their-keys" });
  });

  it("loses it when the own cloud has another key", async () => {
    await verifyBob();
    await db().$transaction((tx) => createSigningKey(tx, here.site.id));

    await sweepVerified();

    expect(await db().notice.findFirst()).toMatchObject({ about: { changed: "our-keys" } });
    expect(await isMarked()).toEqual([false]);
  });

  it("keeps it when a key is only withdrawn", async () => {
    await changeKeysThere();
    await verifyBob();
    await db().siteKey.updateMany({ where: { siteId: there.site.id, kid: "key-1" }, data: { retiredAt: new Date() } });
    await keysOfProvider(here.site.id, there.site.provider, { fresh: true });

    await sweepVerified();

    expect(await isMarked()).toEqual([true]);
  });

  it("loses it when the two are connected anew, and when it is removed", async () => {
    await verifyBob();
    const { siteId, userId, provider, identifier } = await getContact(alice, bobAtAlices);
    const anew = {
      siteId,
      userId,
      provider,
      identifier,
      ourIdentifier: newId(),
      name: "Bob",
      mail: "",
      connection: null,
    };
    await db().$transaction((tx) => saveContact(tx, anew, { actor: "system" }));
    expect(await waiting("check-verified")).toHaveLength(1);
    await checkVerified({ siteId, provider });
    expect(await isMarked()).toEqual([false]);

    await verifyBob();
    await removeContact(alice, bobAtAlices);

    expect(await db().contact.findFirst({ where: { id: bobAtAlices } })).toMatchObject({ verifiedAs: null });
  });
});
