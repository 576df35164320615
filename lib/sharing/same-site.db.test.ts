import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { deleteForGood, restoreTrashed } from "@/lib/files/trash";
import { listVersions } from "@/lib/files/versions";
import { endSharesBelow } from "@/lib/sharing/end-shares";
import { acceptShare, declineShare, leaveShare } from "@/lib/sharing/received/answer-share";
import { expireReceivedShare } from "@/lib/sharing/received/expire-received-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { receivedTree } from "@/lib/sharing/received/received-tree";
import type { SentShareView } from "@/lib/sharing/schema";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { getSentShare } from "@/lib/sharing/sent/sent-shares";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { forgetSites, getSite } from "@/lib/sites/sites";
import { makeFolder, noticesOf } from "@/tests/clouds";
import { makeUser } from "@/tests/make";

let alice: UserPrincipal;
let bob: UserPrincipal;
let share: SentShareView;

const send = async (expiresAt: string | null = null) =>
  sendShare(alice, {
    nodeId: (await db().fileNode.findFirstOrThrow({ where: { name: "Photos" } })).id,
    recipient: { kind: "person", id: bob.userId },
    ...{ role: "viewer", expiresAt, note: "" },
  });
const listed = async () => (await listReceivedShares(bob)).items;
const only = async () => {
  const [first] = await listed();
  if (!first) throw new Error("Nothing was offered.");
  return first;
};
const sent = () => getSentShare(alice, share.id);
const write = async (name: string) =>
  (await receivedTree(bob, (await only()).id)).write([name], Readable.from([Buffer.from("text")]));
const expire = async () => {
  const expiresAt = new Date(Date.now() - 1000);
  await db().sentShare.updateMany({ data: { expiresAt } });
  await db().receivedShare.updateMany({ data: { expiresAt } });
};

beforeEach(async () => {
  alice = await makeUser({ displayName: "Alice" });
  bob = await makeUser({ site: await getSite(alice.siteId), userName: "bob", displayName: "Bob" });
  await makeFolder(alice, "Photos");
  await ownTree(alice).write(["Photos", "hut.txt"], Readable.from([Buffer.from("A hut.")]));
  share = await send();
});

it("is offered, accepted, opened, changed and revoked without a request or a secret", async () => {
  expect(share).toMatchObject({ state: "delivered", recipientName: "Bob", provider: "" });
  const { id } = await only();
  expect(await only()).toMatchObject({ senderName: "Alice", provider: "", isFromContact: true, state: "pending" });

  await acceptShare(bob, id);
  expect(await sent()).toMatchObject({ state: "accepted" });
  const { body } = await (await receivedTree(bob, id)).read(["hut.txt"]);
  expect(await text(body)).toBe("A hut.");
  await expect(write("new.txt")).rejects.toMatchObject({ code: "READ_ONLY" });

  await updateSentShare(alice, share.id, { role: "editor" });
  expect(await only()).toMatchObject({ role: "editor" });
  await write("new.txt");
  expect(await ownTree(alice).stat(["Photos", "new.txt"])).toMatchObject({ size: 4 });

  await revokeShare(alice, share.id);
  expect(await only()).toMatchObject({ state: "revoked", path: null });
  await expect(receivedTree(bob, id)).rejects.toMatchObject({ code: "SHARE_ENDED" });
  expect(await noticesOf(alice)).toEqual(["share-accepted"]);
  expect(await noticesOf(bob)).toEqual(["share-offered", "share-changed", "share-revoked"]);
  expect(await db().delivery.count()).toBe(0);
  expect(await db().sentShare.findFirst()).toMatchObject({ secretHash: null, secretEncrypted: null });
});

it("notes who of them wrote what a file holds", async () => {
  await updateSentShare(alice, share.id, { role: "editor" });
  await acceptShare(bob, (await only()).id);

  await write("hut.txt");

  const { id } = await ownTree(alice).stat(["Photos", "hut.txt"]);
  const { current, items } = await listVersions(alice, id);
  expect([current.writtenBy, items.map(({ writtenBy }) => writtenBy)]).toEqual(["Bob", [null]]);
});

it("can be declined and sent again, accepted and left", async () => {
  await declineShare(bob, (await only()).id);
  expect(await sent()).toMatchObject({ state: "declined" });
  share = await send();
  await acceptShare(bob, (await only()).id);

  await leaveShare(bob, (await only()).id);

  expect(await sent()).toMatchObject({ state: "left" });
  expect(await listed()).toEqual([]);
  expect(await noticesOf(alice)).toEqual(["share-declined", "share-accepted", "share-left"]);
});

it("ends in one state on both sides when it is accepted and revoked at once", async () => {
  const { id } = await only();

  await Promise.allSettled([acceptShare(bob, id), revokeShare(alice, share.id), acceptShare(bob, id)]);

  expect(await only()).toMatchObject({ state: "revoked", path: null });
  expect(await sent()).toMatchObject({ state: "revoked" });
});

describe("a person is found", () => {
  const to = (address: string) =>
    sendShare(alice, {
      nodeId: share.nodeId ?? "",
      recipient: { kind: "address", address },
      ...{ role: "viewer", expiresAt: null, note: "" },
    });
  const setPolicy = async (data: { showsSitePeople?: boolean; answersUserNames?: boolean }) => {
    await db().site.updateMany({ data });
    forgetSites();
  };

  it("by a typed address of this cloud, opaque or, where people see each other, by name", async () => {
    const { provider } = await getSite(alice.siteId);
    const { identifier } = await db().user.findFirstOrThrow({ where: { id: bob.userId } });
    await expect(to(`bob@${provider}`)).rejects.toMatchObject({ code: "SHARE_ALREADY_SENT" });
    await setPolicy({ showsSitePeople: false });

    await expect(to(`${identifier}@${provider}`)).rejects.toMatchObject({ code: "SHARE_ALREADY_SENT" });
    await expect(to(`bob@${provider}`)).rejects.toMatchObject({ code: "RECIPIENT_NOT_FOUND" });
    await expect(send()).rejects.toMatchObject({ code: "RECIPIENT_NOT_FOUND" });
  });

  it("unless he is disabled", async () => {
    await db().user.update({
      where: { siteId_id: { siteId: bob.siteId, id: bob.userId } },
      data: { disabledAt: new Date() },
    });

    await expect(send()).rejects.toMatchObject({ code: "RECIPIENT_NOT_FOUND" });
  });
});

describe("what was accepted", () => {
  let id: string;
  beforeEach(async () => {
    id = (await only()).id;
    await acceptShare(bob, id);
  });

  it("is for its receiver alone", async () => {
    await expect(receivedTree(alice, id)).rejects.toMatchObject({ code: "SHARE_NOT_FOUND" });
  });

  it("waits while its sender is disabled or it is in the trash", async () => {
    await db().user.updateMany({ where: { id: alice.userId }, data: { disabledAt: new Date() } });
    await expect(receivedTree(bob, id)).rejects.toMatchObject({ status: 503, code: "SHARE_SUSPENDED" });
    await db().user.updateMany({ where: { id: alice.userId }, data: { disabledAt: null } });
    await ownTree(alice).remove(["Photos"]);
    await expect(receivedTree(bob, id)).rejects.toMatchObject({ status: 503, code: "SHARE_SUSPENDED" });

    await restoreTrashed(alice, [share.nodeId ?? ""]);

    expect(await (await receivedTree(bob, id)).stat(["hut.txt"])).toMatchObject({ size: 6 });
  });

  it("expires: opens nothing, leaves the files once, and comes back with more time", async () => {
    await expire();
    await expect(receivedTree(bob, id)).rejects.toMatchObject({ code: "SHARE_EXPIRED" });
    expect(await only()).toMatchObject({ state: "expired", path: "/Photos" });

    await expireReceivedShare({ siteId: bob.siteId, id });
    await expireReceivedShare({ siteId: bob.siteId, id });

    expect(await only()).toMatchObject({ state: "expired", path: null });
    expect(await noticesOf(bob)).toEqual(["share-offered", "share-expired"]);
    await updateSentShare(alice, share.id, { expiresAt: "2999-01-01T00:00:00Z" });
    expect(await only()).toMatchObject({ state: "accepted", path: "/Photos" });
  });

  it("is planned to leave when its time is over", async () => {
    await updateSentShare(alice, share.id, { expiresAt: "2999-01-01T00:00:00Z" });

    const jobs = await db()
      .$queryRaw`SELECT task_identifier, run_at FROM graphile_worker.jobs WHERE key LIKE 'expire%'`;

    expect(jobs).toEqual([{ task_identifier: "expire-received-share", run_at: new Date("2999-01-01T00:00:00Z") }]);
  });

  it("does not expire by a job that comes too early", async () => {
    await updateSentShare(alice, share.id, { expiresAt: "2999-01-01T00:00:00Z" });

    await expireReceivedShare({ siteId: bob.siteId, id });

    expect(await only()).toMatchObject({ state: "accepted", path: "/Photos" });
  });

  it("ends when it is deleted for good, but not what was put into the trash on its own before", async () => {
    const hut = await ownTree(alice).makeFolder(["Photos", "Hut"]);
    const recipient = { kind: "person", id: bob.userId } as const;
    const inner = await sendShare(alice, { nodeId: hut.id, recipient, role: "viewer", expiresAt: null, note: "" });
    await ownTree(alice).remove(["Photos", "Hut"]);
    await ownTree(alice).remove(["Photos"]);
    await deleteForGood(alice, [share.nodeId ?? ""]);

    await endSharesBelow({ siteId: alice.siteId, nodeId: share.nodeId ?? "" });
    await endSharesBelow({ siteId: alice.siteId, nodeId: share.nodeId ?? "" });

    expect(await sent()).toMatchObject({ state: "revoked", nodeId: null });
    expect(await getSentShare(alice, inner.id)).toMatchObject({ state: "delivered", nodeId: hut.id });
    expect(await noticesOf(bob)).toEqual(["share-offered", "share-offered", "share-revoked"]);
  });
});

it("opens only after a second factor when it was sent so", async () => {
  await revokeShare(alice, share.id);
  const nodeId = (await db().fileNode.findFirstOrThrow({ where: { name: "Photos" } })).id;
  const recipient = { kind: "person", id: bob.userId } as const;
  const what = { role: "editor", expiresAt: null, note: "", needsSecondFactor: true } as const;
  share = await sendShare(alice, { nodeId, recipient, ...what });
  const offered = (await listed()).find(({ state }) => state === "pending");
  const id = offered?.id ?? "";
  await acceptShare(bob, id);

  expect(offered).toMatchObject({ needsSecondFactor: true });
  await expect(receivedTree(bob, id)).rejects.toMatchObject({ status: 403, code: "SECOND_FACTOR_REQUIRED" });
  const tree = await receivedTree({ ...bob, secondFactorAt: new Date() }, id);
  expect((await tree.list([], {})).items).toMatchObject([{ name: "hut.txt" }]);
});
