import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGroup, deleteGroup, setMember } from "@/lib/admin/groups";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { settleGroupShares } from "@/lib/sharing/group-shares";
import { acceptShare, declineShare, leaveShare } from "@/lib/sharing/received/answer-share";
import { blockSender } from "@/lib/sharing/received/blocked-senders";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { receivedTree } from "@/lib/sharing/received/received-tree";
import type { Recipient } from "@/lib/sharing/schema";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { getSentShare } from "@/lib/sharing/sent/sent-shares";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { suggestPeople } from "@/lib/sharing/suggestions";
import { describeSite } from "@/lib/trust/site-discovery";
import { befriend, type Cloud, deliverAll, noticesOf, startCloud } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { bytes, makeFile, namesIn } from "@/tests/make-files";

let here: Cloud;
let alice: UserPrincipal;
let bob: UserPrincipal;
let carol: UserPrincipal;
let groupId: string;

beforeEach(async () => {
  here = await startCloud();
  const site = here.site;
  alice = await makeUser({ site, userName: "alice", displayName: "Alice", isAdmin: true });
  bob = await makeUser({ site, userName: "bob", displayName: "Bob" });
  carol = await makeUser({ site, userName: "carol", displayName: "Carol" });
  groupId = (await createGroup(alice, "Field team")).id;
  await join(bob);
});
afterEach(() => here.stop());

const settle = () => settleGroupShares({ siteId: alice.siteId, groupId });
async function join(user: UserPrincipal) {
  await setMember(alice, groupId, user.userId, true);
  await settle();
}
async function part(user: UserPrincipal) {
  await setMember(alice, groupId, user.userId, false);
  await settle();
}
async function send(from: UserPrincipal, recipient: Recipient, role: "viewer" | "editor" = "viewer") {
  await makeFile(from, "/Photos/hut.txt", "A hut.");
  const { id: nodeId } = await ownTree(from).stat(["Photos"]);
  const share = await sendShare(from, { nodeId, recipient, role, expiresAt: null, note: "" });
  await settle();
  return share;
}
const toGroup = (role?: "editor") => send(alice, { kind: "group", id: groupId }, role);
const received = async (user: UserPrincipal) => (await listReceivedShares(user)).items;
const states = async (user: UserPrincipal) => (await received(user)).map(({ state }) => state);
async function accept(user: UserPrincipal) {
  const [share] = await received(user);
  return acceptShare(user, share?.id ?? "");
}

describe("a share with a group of this site", () => {
  it("reaches each member as a share of his own, and nobody else", async () => {
    await join(alice);
    const share = await toGroup();

    expect(share).toMatchObject({ recipientName: "Field team", isToGroup: true, state: "delivered", provider: "" });
    expect(await received(bob)).toMatchObject([
      { name: "Photos", senderName: "Alice", groupName: "Field team", state: "pending", isFromContact: true },
    ]);
    expect([await states(carol), await states(alice)]).toEqual([[], []]);
    expect(await noticesOf(bob)).toEqual(["share-offered"]);
  });

  it("reaches whoever joins later, and each opens it for himself", async () => {
    const share = await toGroup();
    const { id } = await accept(bob);
    await join(carol);
    const { id: hers } = await accept(carol);

    expect(await namesIn(await receivedTree(bob, id))).toEqual(["hut.txt"]);
    expect(await namesIn(await receivedTree(carol, hers))).toEqual(["hut.txt"]);
    expect((await getSentShare(alice, share.id)).state).toBe("accepted");
  });

  it("reaches once whoever is there, however often it is looked after", async () => {
    await toGroup();
    await Promise.all([settle(), settle()].map((work) => work.catch(() => {})));
    await settle();

    expect(await states(bob)).toEqual(["pending"]);
  });

  it("leaves a member with the group, at once, and comes back as an offer", async () => {
    await toGroup("editor");
    const { id } = await accept(bob);
    const tree = await receivedTree(bob, id);
    await setMember(alice, groupId, bob.userId, false);

    const [opening, writing] = await Promise.allSettled([
      receivedTree(bob, id),
      tree.write(["new.txt"], bytes("new"), { size: 3 }),
    ]);
    await settle();
    const gone = await received(bob);
    await join(bob);

    expect(opening).toMatchObject({ status: "rejected", reason: { code: "SHARE_ENDED" } });
    expect(writing).toMatchObject({ status: "rejected", reason: { code: "SHARE_ENDED" } });
    expect(gone).toEqual([]);
    expect(await db().fileNode.count({ where: { kind: "mount" } })).toBe(0);
    expect(await states(bob)).toEqual(["pending"]);
  });

  it.each([
    ["declines", async () => declineShare(bob, (await received(bob))[0]?.id ?? "")],
    ["leaves", async () => leaveShare(bob, (await accept(bob)).id)],
  ])("stays with the others when a member %s, and does not come back to him", async (_name, refuse) => {
    const share = await toGroup();
    await join(carol);

    await refuse();
    await settle();

    expect([await states(bob), await states(carol)]).toEqual([[], ["pending"]]);
    expect(["delivered", "accepted"]).toContain((await getSentShare(alice, share.id)).state);
    expect(await noticesOf(alice)).not.toContain("share-declined");
  });

  it("changes and ends for all of them", async () => {
    const share = await toGroup();
    await join(carol);
    await accept(carol);
    await updateSentShare(alice, share.id, { role: "editor" });
    await settle();
    const roles = [(await received(bob))[0]?.role, (await received(carol))[0]?.role];

    await revokeShare(alice, share.id);
    await settle();

    expect(roles).toEqual(["editor", "editor"]);
    expect([await states(bob), await states(carol)]).toEqual([["revoked"], ["revoked"]]);
    await part(bob);
    await join(bob);
    expect(await states(bob)).toEqual(["revoked"]);
  });

  it("ends when the group is deleted", async () => {
    const share = await toGroup();
    await accept(bob);

    await deleteGroup(alice, groupId);
    await settle();

    expect([await states(bob), (await getSentShare(alice, share.id)).state]).toEqual([["revoked"], "revoked"]);
    const again = sendShare(alice, {
      ...{ nodeId: share.nodeId ?? "", recipient: { kind: "group" as const, id: groupId } },
      ...{ role: "viewer" as const, expiresAt: null, note: "" },
    });
    await expect(again).rejects.toMatchObject({ code: "GROUP_NOT_FOUND" });
  });

  it("is found by name in the share box, and by the group's cloud address", async () => {
    const address = `field-team@${here.site.provider}`;

    expect(await suggestPeople(alice, "field")).toMatchObject([{ kind: "group", displayName: "Field team" }]);
    expect(await send(alice, { kind: "address", address, isGroup: true })).toMatchObject({
      recipientName: "Field team",
    });
    await expect(send(bob, { kind: "address", address: `x${address}`, isGroup: true })).rejects.toMatchObject({
      code: "RECIPIENT_NOT_FOUND",
    });
  });
});

describe("a share with a group of another cloud", () => {
  let there: Cloud;
  let dora: UserPrincipal;
  let address: string;

  beforeEach(async () => {
    there = await startCloud();
    dora = await makeUser({ site: there.site, userName: "dora", displayName: "Dora" });
    address = `field-team@${here.site.provider}`;
    await join(carol);
  });
  afterEach(() => there.stop());

  const offer = async () => {
    const share = await send(dora, { kind: "address", address, isGroup: true });
    await deliverAll();
    await settle();
    return share;
  };
  const sent = (id: string) => getSentShare(dora, id);

  it("is an offer for whoever knows its sender, and a request for the others", async () => {
    await befriend(bob, dora);

    const { id } = await offer();

    expect(await sent(id)).toMatchObject({ state: "delivered", recipientName: "Field team", isToGroup: true });
    expect(await received(bob)).toMatchObject([{ request: null, isFromContact: true, groupName: "Field team" }]);
    expect(await received(carol)).toMatchObject([{ request: { isVerified: true }, isFromContact: false }]);
  });

  it("counts as accepted with the first member who takes it, and opens for each of them", async () => {
    await befriend(bob, dora);
    const { id } = await offer();

    await declineShare(bob, (await received(bob))[0]?.id ?? "");
    await deliverAll();
    const before = (await sent(id)).state;
    const { id: hers } = await accept(carol);
    await deliverAll();

    expect([before, (await sent(id)).state]).toEqual(["delivered", "accepted"]);
    expect(await namesIn(await receivedTree(carol, hers))).toEqual(["hut.txt"]);
    await join(alice);
    expect(await namesIn(await receivedTree(alice, (await accept(alice)).id))).toEqual(["hut.txt"]);
    await part(carol);
    await expect(receivedTree(carol, hers)).rejects.toMatchObject({ code: "SHARE_ENDED" });
  });

  it("changes and ends for all of them, also when it is said twice", async () => {
    await befriend(bob, dora);
    const { id } = await offer();
    await updateSentShare(dora, id, { role: "editor" });
    await deliverAll();
    await settle();
    const roles = [(await received(bob))[0]?.role, (await received(carol))[0]?.role];

    here.loseAnswers(true);
    await revokeShare(dora, id);
    await deliverAll();
    here.loseAnswers(false);
    await deliverAll();

    expect(roles).toEqual(["editor", "editor"]);
    expect([await states(bob), await states(carol)]).toEqual([["revoked"], ["revoked"]]);
    expect(await db().receivedShare.count({ where: { secretEncrypted: { not: null } } })).toBe(0);
  });

  it("is taken once when the answer to the offer is lost", async () => {
    await befriend(bob, dora);
    here.loseAnswers(true);
    await offer();
    here.loseAnswers(false);

    await deliverAll();
    await settle();

    expect(await db().receivedShare.count()).toBe(2);
  });

  it("is given back when the group is deleted", async () => {
    await befriend(bob, dora);
    const { id } = await offer();
    await accept(bob);
    await deliverAll();

    await deleteGroup(alice, groupId);
    await settle();
    await deliverAll();

    expect((await sent(id)).state).toBe("left");
    expect([await states(bob), await states(carol)]).toEqual([[], []]);
    expect(await db().receivedShare.count({ where: { secretEncrypted: { not: null } } })).toBe(0);
  });

  it("does not come to whoever has blocked its sender", async () => {
    await befriend(bob, dora);
    await offer();
    await blockSender(carol, (await received(carol))[0]?.id ?? "", { whom: "person" });
    await db().fileNode.updateMany({ where: { name: "Photos" }, data: { name: "Before" } });

    await offer();

    expect([await states(bob), await states(carol)]).toEqual([["pending", "pending"], []]);
  });

  it.each([
    ["whom nobody here knows", async () => {}],
    ["when there is no such group", async () => deleteGroup(alice, groupId).then(() => befriend(bob, dora))],
    ["when nobody is in it", async () => Promise.all([part(bob), part(carol), befriend(bob, dora)])],
  ])("is refused from somebody %s, in the same words", async (_name, prepare) => {
    await prepare();

    const { id } = await offer();

    expect(await sent(id)).toMatchObject({ state: "failed", isNobodyThere: true });
    expect(await db().receivedShare.count()).toBe(0);
  });
});

it("our document lists groups as soon as there are some", async () => {
  const types = async () => (await describeSite(here.site)).resourceTypes.map(({ shareTypes }) => shareTypes);
  const before = await types();
  await deleteGroup(alice, groupId);

  expect(before).toEqual([
    ["user", "group"],
    ["user", "group"],
  ]);
  expect(await types()).toEqual([["user"], ["user"]]);
});
