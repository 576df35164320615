import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PATCH } from "@/app/api/share-requests/[id]/route";
import { GET, POST } from "@/app/api/share-requests/route";
import { removeContact } from "@/lib/contacts/remove-contact";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import type { ShareRequestView } from "@/lib/sharing/schema";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { getSentShare } from "@/lib/sharing/sent/sent-shares";
import type { Contact } from "@/prisma/generated/client";
import { POST as postNotification } from "@/server/ocm/notifications";
import { POST as postRequest } from "@/server/ocm/request-share";
import { befriend, type Cloud, deliverAll, noticesOf, startCloud } from "@/tests/clouds";
import { makeUser, requestOf } from "@/tests/make";
import { makeFile } from "@/tests/make-files";
import { type FakePeer, startPeer } from "@/tests/peer";

let here: Cloud;
let there: Cloud;
let alice: UserPrincipal;
let bob: UserPrincipal;
let bobAtAlices: Contact;
let aliceAtBobs: Contact;

beforeEach(async () => {
  [here, there] = [await startCloud(), await startCloud()];
  alice = await makeUser({ site: here.site, userName: "alice", displayName: "Alice" });
  bob = await makeUser({ site: there.site, userName: "bob", displayName: "Bob" });
  [bobAtAlices, aliceAtBobs] = await befriend(alice, bob);
});
afterEach(() => Promise.all([here.stop(), there.stop()]));

const none = { params: Promise.resolve({}) };
const ask = async (body: object, who = bob) =>
  POST(await requestOf(who, "/api/share-requests", { method: "POST", body }), none);
const inWords = (words: string, contactId = aliceAtBobs.id) => ask({ contactId, words });
const list = async (who = alice): Promise<ShareRequestView[]> =>
  (await GET(await requestOf(who, "/api/share-requests"), none)).json();
const answer = async (id: string, isGranted: boolean, who = alice) =>
  PATCH(await requestOf(who, `/api/share-requests/${id}`, { method: "PATCH", body: { isGranted } }), {
    params: Promise.resolve({ id }),
  });

/** Photos, which Bob may view. */
async function share() {
  await makeFile(alice, "/Photos/hut.txt", "A hut.");
  const { id: nodeId } = await ownTree(alice).stat(["Photos"]);
  const recipient = { kind: "contact", id: bobAtAlices.id } as const;
  const { id } = await sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
  await deliverAll();
  const [offer] = (await listReceivedShares(bob)).items;
  const { id: receivedShareId } = await acceptShare(bob, offer?.id ?? "");
  await deliverAll();
  return { id, receivedShareId };
}

describe("asking a contact for something", () => {
  it("reaches the person with what may be meant, who says no, or yes by sharing", async () => {
    await makeFile(alice, "/Trips/Hut/roof.txt", "A roof.");
    await makeFile(alice, "/Trips/other.txt", "Else.");

    expect((await inWords("the photos of the hut, please")).status).toBe(204);
    await deliverAll();

    const [request] = await list();
    const hut = { name: "Hut", kind: "folder", path: "/Trips/Hut", id: expect.any(String) };
    expect(request).toMatchObject({ name: "Bob", what: "the photos of the hut, please", wantsToEdit: false });
    expect(request?.matches).toEqual([hut]);
    expect(await noticesOf(alice)).toEqual(["share-requested"]);
    expect((await answer(request?.id ?? "", false)).status).toBe(204);
    expect(await list()).toEqual([]);
    expect((await answer(request?.id ?? "", true)).status).toBe(404);
  });

  it("is one request however often it is asked or told, until it is answered", async () => {
    here.loseAnswers(true);
    await inWords("Photos");
    await deliverAll();
    here.loseAnswers(false);
    await deliverAll();
    await inWords("Photos");
    await deliverAll();
    const [request, ...others] = await list();
    await answer(request?.id ?? "", false);
    await inWords("Photos");
    await deliverAll();

    expect(others).toEqual([]);
    expect(await list()).toHaveLength(1);
  });

  it("matches what is not in the trash, and nobody else's", async () => {
    const carol = await makeUser({ site: here.site });
    await makeFile(carol, "/Photos/hut.txt", "Hers.");
    await makeFile(alice, "/Photos/hut.txt", "A hut.");
    await ownTree(alice).remove(["Photos"]);

    await inWords("hut.txt");
    await deliverAll();

    expect((await list())[0]?.matches).toEqual([]);
  });

  it("is nothing to whom the contact has removed or blocked; and the person who asked is told", async () => {
    const { siteId, userId } = alice;
    const { provider, identifier } = bobAtAlices;
    await db().blockedSender.create({ data: { siteId, userId, provider, identifier } });

    await inWords("Photos");
    await deliverAll();

    expect(await list()).toEqual([]);
    expect(await noticesOf(bob)).toEqual(["request-failed"]);
  });

  it("is not told any more to who is a contact no more, and what he asked is gone", async () => {
    await inWords("Photos");
    await deliverAll();
    const before = (await list()).length;
    await removeContact(alice, bobAtAlices.id);

    expect([before, await list()]).toEqual([1, []]);
    await inWords("More");
    await removeContact(bob, aliceAtBobs.id);
    await deliverAll();
    expect(await db().shareRequest.count({ where: { siteId: alice.siteId, what: "More" } })).toBe(0);
  });

  it.each([
    ["somebody else's contact", () => inWords("Photos", bobAtAlices.id), 404, "CONTACT_NOT_FOUND"],
    ["nothing", () => inWords("  "), 400, "VALIDATION_FAILED"],
    ["to edit what is not shared", () => ask({ receivedShareId: newId() }), 404, "SHARE_NOT_FOUND"],
  ])("is refused for %s", async (_name, asking, status, code) => {
    const response = await asking();

    expect([response.status, (await response.json()).code]).toEqual([status, code]);
  });
});

describe("asking to edit what is shared", () => {
  it("lets edit with a yes", async () => {
    const { id, receivedShareId } = await share();
    await ask({ receivedShareId });
    await deliverAll();
    const [request] = await list();

    await answer(request?.id ?? "", true);
    await deliverAll();

    expect(request).toMatchObject({ what: "Photos", wantsToEdit: true, matches: [] });
    expect((await getSentShare(alice, id)).role).toBe("editor");
    expect((await listReceivedShares(bob)).items).toMatchObject([{ role: "editor" }]);
    expect(await (await ask({ receivedShareId })).json()).toMatchObject({ code: "NOTHING_TO_ASK" });
  });

  it("is asked under the name that the share was offered by last", async () => {
    const { id, receivedShareId } = await share();
    const offeredAs = newId();
    await db().sentShare.update({ where: { siteId_id: { siteId: alice.siteId, id } }, data: { offeredAs } });
    await db().receivedShare.updateMany({ where: { id: receivedShareId }, data: { providerId: offeredAs } });
    await ask({ receivedShareId });
    await deliverAll();
    const [request] = await list();

    await answer(request?.id ?? "", true);

    expect(request).toMatchObject({ what: "Photos", wantsToEdit: true });
    expect(await getSentShare(alice, id)).toMatchObject({ role: "editor" });
  });

  it("changes nothing with a no, nor when anybody else answers", async () => {
    const { id, receivedShareId } = await share();
    await ask({ receivedShareId });
    await deliverAll();
    const [request] = await list();

    expect((await answer(request?.id ?? "", true, bob)).status).toBe(404);
    await answer(request?.id ?? "", false);

    expect((await getSentShare(alice, id)).role).toBe("viewer");
  });
});

describe("another cloud's request", () => {
  let peer: FakePeer;
  beforeEach(async () => {
    peer = await startPeer();
    const { siteId, userId } = alice;
    const names = { provider: peer.provider, identifier: "dora", ourIdentifier: "made-for-dora", displayName: "Dora" };
    await db().contact.create({ data: { siteId, userId, ...names } });
  });
  afterEach(() => peer.stop());

  async function say(change: object, { isSigned = true } = {}) {
    const owner = `made-for-dora@${here.site.provider}`;
    const message = { owner, shareWith: `dora@${peer.provider}`, share: "Photos", ...change };
    const body = Buffer.from(JSON.stringify(message));
    const url = `${here.site.origin}/ocm/request-share`;
    const signed = isSigned ? peer.sign(url, body) : {};
    const headers = { "content-type": "application/json", "x-tessera-site": alice.siteId, ...signed };
    const response = await postRequest(new Request(url, { method: "POST", headers, body }));
    return { status: response.status, message: (await response.json()).message };
  }

  it("is taken from a contact", async () => {
    expect(await say({})).toEqual({ status: 201 });
    expect(await list()).toMatchObject([{ name: "Dora", what: "Photos" }]);
  });

  it("may come as a notification", async () => {
    const notification = { owner: `made-for-dora@${here.site.provider}`, shareWith: `dora@${peer.provider}` };
    const notify = (changes: object) => {
      const message = { notificationType: "REQUEST_SHARE", resourceType: "file", providerId: "Photos", ...changes };
      return postNotification(peer.request(here.site, "/ocm/notifications", message));
    };

    expect((await notify({ notification })).status).toBe(201);
    expect((await notify({ notification: {} })).status).toBe(400);
    expect(await list()).toMatchObject([{ name: "Dora", what: "Photos" }]);
  });

  it.each([
    ["for somebody of another cloud", () => ({ shareWith: "dora@other.example.org" }), 403, "SENDER_NOT_SIGNER"],
    ["from somebody who is no contact", () => ({ shareWith: `eve@${peer.provider}` }), 400, "OWNER_UNKNOWN"],
    ["to somebody who is not here", () => ({ owner: `x@${here.site.provider}` }), 400, "OWNER_UNKNOWN"],
    [
      "under another contact's name",
      () => ({ owner: `${bobAtAlices.ourIdentifier}@${here.site.provider}` }),
      400,
      "OWNER_UNKNOWN",
    ],
    ["for nothing", () => ({ share: "" }), 400, "VALIDATION_FAILED"],
    ["for what hides something", () => ({ share: "a\u202eb" }), 400, "VALIDATION_FAILED"],
  ])("is refused %s", async (_name, change, status, message) => {
    expect(await say(change())).toEqual({ status, message });
    expect(await list()).toEqual([]);
  });

  it("is refused when nobody signed it", async () => {
    expect((await say({}, { isSigned: false })).status).toBe(401);
  });
});
