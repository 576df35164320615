import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { removeContact } from "@/lib/contacts/remove-contact";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { wantDelivered } from "@/lib/delivery/outbox";
import { ownTree } from "@/lib/files/own-tree";
import { endSharesWithContact } from "@/lib/sharing/end-shares";
import { receiveNotification } from "@/lib/sharing/receive-notification";
import { acceptShare, declineShare } from "@/lib/sharing/received/answer-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { receivedTree } from "@/lib/sharing/received/received-tree";
import { endReshare, listReshares, reshare } from "@/lib/sharing/received/reshares";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { listSentShares } from "@/lib/sharing/sent/sent-shares";
import { retryShare } from "@/lib/sharing/sent/update-sent-share";
import { forgetSites } from "@/lib/sites/sites";
import type { Contact } from "@/prisma/generated/client";
import { befriend, type Cloud, deliverAll, noticesOf, startCloud } from "@/tests/clouds";
import { listenAs } from "@/tests/live";
import { makeUser } from "@/tests/make";
import { makeFile, namesIn } from "@/tests/make-files";

// Alice, Bob and Carol are each on a cloud of their own; Alice and Carol are no contacts.
let clouds: Cloud[];
let alice: UserPrincipal;
let bob: UserPrincipal;
let carol: UserPrincipal;
let aliceAtBobs: Contact;
let carolAtBobs: Contact;
let bobAtCarols: Contact;

beforeEach(async () => {
  clouds = [await startCloud(), await startCloud(), await startCloud()];
  const [a, b, c] = clouds.map(({ site }) => site);
  alice = await makeUser({ site: a, userName: "alice", displayName: "Alice" });
  bob = await makeUser({ site: b, userName: "bob", displayName: "Bob" });
  carol = await makeUser({ site: c, userName: "carol", displayName: "Carol" });
  [, aliceAtBobs] = await befriend(alice, bob);
  [carolAtBobs, bobAtCarols] = await befriend(bob, carol);
});
afterEach(() => Promise.all(clouds.map((cloud) => cloud.stop())));

const received = async (user: UserPrincipal) => (await listReceivedShares(user)).items;
const sent = async () => (await listSentShares(alice)).items.filter(({ state }) => state !== "revoked");
const providerOf = (which: number) => clouds[which]?.site.provider ?? "";

/** Photos, which Bob has from Alice and may share on; the id of his row. */
async function share(role: "viewer" | "editor" = "editor"): Promise<string> {
  const { id } = await db().contact.findFirstOrThrow({ where: { siteId: alice.siteId, displayName: "Bob" } });
  await makeFile(alice, "/Photos/hut.txt", "A hut.");
  const { id: nodeId } = await ownTree(alice).stat(["Photos"]);
  const recipient = { kind: "contact", id } as const;
  await sendShare(alice, { nodeId, recipient, role, canReshare: true, expiresAt: null, note: "" });
  await deliverAll();
  const [offer] = await received(bob);
  await acceptShare(bob, offer?.id ?? "");
  await deliverAll();
  return offer?.id ?? "";
}
const toContact = (receivedShareId: string, { id }: Contact = carolAtBobs, role: "viewer" | "editor" = "editor") =>
  reshare(bob, receivedShareId, { recipient: { kind: "contact", id }, role });
async function shareOn(role?: "viewer" | "editor") {
  const receivedShareId = await share(role);
  const { id: reshareId } = await toContact(receivedShareId, carolAtBobs, role);
  await deliverAll();
  await deliverAll();
  return { receivedShareId, reshareId };
}

describe("what is shared on to a contact on a third cloud", () => {
  it("reaches her as a request that says who gave her address, and is read and written at its owner's", async () => {
    await shareOn();

    const [offer] = await received(carol);
    expect(offer).toMatchObject({
      senderName: "Alice",
      provider: providerOf(0),
      isFromContact: false,
      note: "Shared with you by Bob.",
      request: { isVerified: true, via: { name: "Bob", provider: providerOf(1) } },
    });
    const { id } = await acceptShare(carol, offer?.id ?? "");
    await deliverAll();
    const tree = await receivedTree(carol, id);
    await tree.makeFolder(["Roof"]);

    expect(await namesIn(tree)).toEqual(["Roof", "hut.txt"]);
    expect(await namesIn(ownTree(alice), "Photos")).toEqual(["Roof", "hut.txt"]);
    expect(await db().contact.count({ where: { siteId: carol.siteId } })).toBe(1);
  });

  it("is not said to be unreached while it is to be offered again", async () => {
    const { receivedShareId } = await shareOn();
    const [branch] = await sent();
    const { siteId } = alice;
    await db().sentShare.updateMany({ where: { siteId, id: branch?.id }, data: { toldRole: null } });
    const subject = { siteId, subjectKind: "reshare-answer", subjectId: branch?.id ?? "" };
    await db().$transaction((tx) => wantDelivered(tx, { ...subject, provider: providerOf(1) }));
    await deliverAll();

    expect(await db().delivery.findFirst({ where: subject })).toMatchObject({ failure: null, gaveUpAt: null });
    expect(await listReshares(bob, receivedShareId)).toMatchObject([{ state: "delivered" }]);
    expect(await noticesOf(bob)).not.toContain("share-failed");
  });

  it("is seen by its owner under the name that is known, and cut by her", async () => {
    const { receivedShareId } = await shareOn();
    await acceptShare(carol, (await received(carol))[0]?.id ?? "");
    await deliverAll();
    const [branch] = await sent();

    await revokeShare(alice, branch?.id ?? "");
    await deliverAll();

    expect(branch).toMatchObject({
      recipientName: "Carol",
      resharedBy: "Bob",
      state: "accepted",
      provider: providerOf(2),
    });
    expect((await received(carol)).map(({ state }) => state)).toEqual(["revoked"]);
    expect(await noticesOf(bob)).toContain("reshare-cut");
    expect(await listReshares(bob, receivedShareId)).toEqual([]);
  });

  it("is never more than whoever shares it on has", async () => {
    const receivedShareId = await share("viewer");

    await expect(toContact(receivedShareId, carolAtBobs, "editor")).rejects.toMatchObject({
      code: "RESHARE_BEYOND_RIGHTS",
    });
  });

  it("is not shared on to whoever shares it", async () => {
    const receivedShareId = await share();

    await expect(toContact(receivedShareId, aliceAtBobs)).rejects.toMatchObject({ code: "SHARE_WITH_OWNER" });
  });

  it("ends when whoever shared it on ends it, or is no contact any more", async () => {
    const { receivedShareId, reshareId } = await shareOn();
    await endReshare(bob, { receivedShareId, reshareId });
    await deliverAll();
    await deliverAll();
    await toContact(receivedShareId);
    await deliverAll();
    await deliverAll();
    await acceptShare(carol, (await received(carol))[0]?.id ?? "");
    const before = (await received(carol)).map(({ state }) => state);

    await removeContact(bob, carolAtBobs.id);
    await endSharesWithContact({ siteId: bob.siteId, contactId: carolAtBobs.id });
    await deliverAll();
    await deliverAll();

    expect(before).toEqual(["accepted", "revoked"]);
    expect((await received(carol)).map(({ state }) => state)).toEqual(["revoked", "revoked"]);
    expect(await listReshares(bob, receivedShareId)).toEqual([]);
  });

  it("arrives as from a contact when she knows the owner under that name", async () => {
    const { identifier } = await db().user.findFirstOrThrow({ where: { id: alice.userId } });
    const known = {
      provider: providerOf(0),
      identifier,
      ourIdentifier: "carol-for-alice",
      displayName: "Alice, my aunt",
    };
    await db().contact.create({ data: { siteId: carol.siteId, userId: carol.userId, ...known } });
    await shareOn();

    expect(await received(carol)).toMatchObject([
      { senderName: "Alice, my aunt", isFromContact: true, request: null, state: "pending" },
    ]);
  });

  it("is a request when she knows the owner by a name made for the two", async () => {
    await befriend(alice, carol);
    await shareOn();

    expect(await received(carol)).toMatchObject([{ isFromContact: false, request: { via: { name: "Bob" } } }]);
  });

  it("reaches a person of the owner's own cloud, and is undone there under the same name", async () => {
    const dave = await makeUser({ site: clouds[0]?.site, userName: "dave", displayName: "Dave" });
    const [daveAtBobs] = await befriend(bob, dave);
    const receivedShareId = await share();
    const made = await toContact(receivedShareId, daveAtBobs);
    await deliverAll();
    const offered = await received(dave);
    await endReshare(bob, { receivedShareId, reshareId: made.id });
    await deliverAll();

    expect(offered).toMatchObject([{ senderName: "Alice", note: "Shared with you by Bob.", state: "pending" }]);
    expect((await received(dave)).map(({ state }) => state)).toEqual(["revoked"]);

    await toContact(receivedShareId, daveAtBobs);
    await deliverAll();
    const [branch] = await sent();
    await revokeShare(alice, branch?.id ?? "");
    await deliverAll();
    expect(await listReshares(bob, receivedShareId)).toEqual([]);
  });

  it("goes on from a colleague within the owner's cloud", async () => {
    const dave = await makeUser({ site: clouds[0]?.site, userName: "dave", displayName: "Dave" });
    const [carolAtDaves, daveAtCarols] = await befriend(dave, carol);
    await makeFile(alice, "/Photos/hut.txt", "A hut.");
    const { id: nodeId } = await ownTree(alice).stat(["Photos"]);
    const terms = { role: "viewer", canReshare: true, expiresAt: null, note: "" } as const;
    await sendShare(alice, { nodeId, recipient: { kind: "person", id: dave.userId }, ...terms });
    const { id } = await acceptShare(dave, (await received(dave))[0]?.id ?? "");

    const recipient = { kind: "contact", id: carolAtDaves.id } as const;
    await reshare(dave, id, { recipient, role: "viewer" });
    await deliverAll();

    expect((await sent())[0]).toMatchObject({ recipientName: "Carol", resharedBy: "Dave" });
    expect(await received(carol)).toMatchObject([
      { senderName: "Alice", request: { via: { name: "Dave", provider: daveAtCarols.provider } } },
    ]);

    await removeContact(dave, carolAtDaves.id);
    await endSharesWithContact({ siteId: dave.siteId, contactId: carolAtDaves.id });
    expect((await sent()).map(({ recipientName }) => recipientName)).toEqual(["Dave"]);
  });
});

describe("whoever shares it on", () => {
  const stateAtBobs = async (id: string) => (await listReshares(bob, id)).map(({ state }) => state);

  it("sees that it is asked for, offered, accepted", async () => {
    const receivedShareId = await share();
    await toContact(receivedShareId);
    const asked = await stateAtBobs(receivedShareId);
    const heard = await listenAs(bob);
    await deliverAll();
    await vi.waitFor(() => expect(heard).toContain("shares-received")); // what he looks at is shown anew
    await deliverAll();
    const offered = await stateAtBobs(receivedShareId);
    await acceptShare(carol, (await received(carol))[0]?.id ?? "");
    await deliverAll();
    await deliverAll();

    expect([asked, offered, await stateAtBobs(receivedShareId)]).toEqual([["asked"], ["delivered"], ["accepted"]]);
  });

  it("sees that it is declined, and can ask again", async () => {
    const { receivedShareId, reshareId } = await shareOn();
    await declineShare(carol, (await received(carol))[0]?.id ?? "");
    await deliverAll();
    await deliverAll();
    const declined = await stateAtBobs(receivedShareId);
    await endReshare(bob, { receivedShareId, reshareId });
    await toContact(receivedShareId);
    await deliverAll();
    await deliverAll();

    expect(declined).toEqual(["declined"]);
    expect((await received(carol)).filter(({ state }) => state === "pending")).toHaveLength(1);
  });

  it("is told of no answer but by the owner's cloud", async () => {
    const { receivedShareId } = await shareOn();
    const { providerId } = await db().receivedShare.findFirstOrThrow({ where: { id: receivedShareId } });
    const { site } = clouds[1] as Cloud;
    const say = (provider: string, isVerified: boolean, change: object = {}) => {
      const notification = {
        shareWith: `${carolAtBobs.identifier}@${carolAtBobs.provider}`,
        answer: "accepted",
        ...change,
      };
      const body = { notificationType: "RESHARE_ANSWERED", resourceType: "folder", providerId, notification };
      return receiveNotification(site, { provider, isVerified, proof: { signature: "ed25519" } }, body, async () => {});
    };

    await expect(say(providerOf(2), true)).rejects.toMatchObject({ code: "SHARE_UNKNOWN" });
    await expect(say(providerOf(0), false)).rejects.toMatchObject({ code: "SHARE_UNKNOWN" });
    await expect(say(providerOf(0), true, { answer: "perhaps" })).rejects.toMatchObject({
      code: "NOTIFICATION_INVALID",
    });
    expect(await stateAtBobs(receivedShareId)).toEqual(["delivered"]);
    await say(providerOf(0), true);
    await say(providerOf(0), true);
    expect(await stateAtBobs(receivedShareId)).toEqual(["accepted"]);
  });
});

describe("an identifier that was made for a contact, used by another cloud", () => {
  it("opens nothing where strangers are not taken", async () => {
    await db().site.update({ where: { id: carol.siteId }, data: { takesStrangers: false } });
    forgetSites();
    const { receivedShareId } = await shareOn();
    await deliverAll();

    expect(await received(carol)).toEqual([]);
    expect(await sent()).toMatchObject([{ recipientName: "Carol", state: "failed" }, { recipientName: "Bob" }]);
    expect(await listReshares(bob, receivedShareId)).toMatchObject([{ state: "unreached" }]);
    expect(await noticesOf(bob)).toContain("share-failed");

    await db().site.update({ where: { id: carol.siteId }, data: { takesStrangers: true } });
    forgetSites();
    await retryShare(alice, (await sent())[0]?.id ?? "");
    await deliverAll();
    await deliverAll();
    expect(await listReshares(bob, receivedShareId)).toMatchObject([{ state: "delivered" }]);
    expect(await received(carol)).toMatchObject([{ state: "pending" }]);
  });

  it("opens nothing once the contact is removed, by either of the two, and what waits goes", async () => {
    const { receivedShareId, reshareId } = await shareOn();
    await removeContact(carol, bobAtCarols.id);
    await endSharesWithContact({ siteId: carol.siteId, contactId: bobAtCarols.id });
    const waiting = (await received(carol)).filter(({ state }) => state === "pending");
    await deliverAll();
    const declined = (await sent())[0];
    await endReshare(bob, { receivedShareId, reshareId }).catch(() => null); // it ended with the contact
    await db().contact.updateMany({ where: { siteId: bob.siteId }, data: { removedAt: null } }); // as if he had not heard
    await toContact(receivedShareId);
    await deliverAll();
    await deliverAll();

    expect([waiting, declined?.state]).toEqual([[], "declined"]);
    expect((await received(carol)).filter(({ state }) => state === "pending")).toEqual([]);
    expect((await sent()).find(({ recipientName }) => recipientName === "Carol")).toMatchObject({
      state: "failed",
      isNobodyThere: true,
    });
  });

  it("tells the other cloud no name, and nothing of whom she has blocked", async () => {
    await db().contact.update({
      where: { siteId_id: { siteId: bob.siteId, id: carolAtBobs.id } },
      data: { displayName: "My friend" },
    });
    await shareOn();
    const named = (await sent())[0]?.recipientName;
    await declineShare(carol, (await received(carol))[0]?.id ?? "");
    const { siteId, userId } = carol;
    const { provider, identifier } = bobAtCarols;
    await db().blockedSender.create({ data: { siteId, userId, provider, identifier } });

    const dave = await makeUser({ site: clouds[0]?.site, userName: "dave" });
    await makeFile(dave, "/Plans/roof.txt", "A roof.");
    const { id: nodeId } = await ownTree(dave).stat(["Plans"]);
    const address = `${carolAtBobs.identifier}@${providerOf(2)}`;
    const terms = { role: "viewer", expiresAt: null, note: "" } as const;
    await sendShare(dave, { nodeId, recipient: { kind: "address", address }, ...terms });
    await deliverAll();

    expect(named).toBe("My friend");
    expect((await listSentShares(dave)).items).toMatchObject([{ state: "failed", isNobodyThere: true }]);
  });
});
