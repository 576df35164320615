import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import type { SentShareView } from "@/lib/sharing/schema";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { recordAcceptance, recordRefusal } from "@/lib/sharing/sent/record-answer";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { getSentShare, listSentShares } from "@/lib/sharing/sent/sent-shares";
import { retryShare, updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { getSite } from "@/lib/sites/sites";
import { POST as hearNotification } from "@/server/ocm/notifications";
import { deliverAll, makeFolder, noticesOf } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";

let peer: FakePeer;
let alice: UserPrincipal;
let share: SentShareView;

const OK = { status: 201, json: { recipientDisplayName: "Bob" } };
const heard = () =>
  peer.requests.flatMap(({ path, body }) => {
    if (path === "/ocm/shares") return ["offer"];
    if (path !== "/ocm/notifications") return [];
    const { notificationType, notification } = JSON.parse(`${body}`);
    return [[notificationType, notification.permissions?.join("+"), notification.expiration].filter(Boolean).join(" ")];
  });
const now = () => getSentShare(alice, share.id);

beforeEach(async () => {
  peer = await startPeer();
  peer.on("/ocm/shares", OK);
  peer.on("/ocm/notifications", OK);
  alice = await makeUser({ displayName: "Alice" });
  const nodeId = (await makeFolder(alice)).id;
  const recipient = { kind: "address", address: `bob@${peer.provider}` } as const;
  share = await sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
});
afterEach(() => peer.stop());

it("says each thing once, and learns the name of whom was addressed", async () => {
  await deliverAll();
  await updateSentShare(alice, share.id, { role: "editor", expiresAt: "2999-01-01T00:00:00.900Z" });
  await deliverAll();
  await updateSentShare(alice, share.id, { role: "editor" });
  await deliverAll();
  await revokeShare(alice, share.id);
  await deliverAll();
  await deliverAll();

  expect(heard()).toEqual(["offer", "SHARE_CHANGE_PERMISSION read+write 32472144001", "SHARE_UNSHARED"]);
  expect(await now()).toMatchObject({ recipientName: "Bob" });
});

it("is told of with all that any cloud looks for, but for the secret", async () => {
  await deliverAll();
  await revokeShare(alice, share.id);
  await deliverAll();

  const { provider } = await getSite(alice.siteId);
  expect(peer.requestsTo("/ocm/notifications").map(({ body }) => JSON.parse(`${body}`))).toEqual([
    {
      ...{ notificationType: "SHARE_UNSHARED", resourceType: "folder", providerId: share.id, senderDomain: provider },
      notification: { grantee: share.shareWith, file: { providerId: share.id } },
    },
  ]);
});

it("takes back what is revoked while it is being offered", async () => {
  peer.on("/ocm/shares", async () => {
    await revokeShare(alice, share.id);
    return OK;
  });

  await deliverAll();
  await deliverAll();

  expect(heard()).toEqual(["offer", "SHARE_UNSHARED"]);
});

it("is ended again when the end overtook the offer, until the offer must have arrived", async () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  peer.on("/ocm/notifications", { status: 400, json: {} }); // the share is not known there yet
  await db().sentShare.updateMany({ data: { offeredAt: minutesAgo(1) } }); // and no answer came
  await revokeShare(alice, share.id);
  await deliverAll();
  const early = await db().delivery.findFirstOrThrow();
  peer.on("/ocm/notifications", OK);

  await deliverAll();

  expect(early).toMatchObject({ knownVersion: 0, gaveUpAt: null });
  expect(heard()).toEqual(["SHARE_UNSHARED", "SHARE_UNSHARED"]);
  expect(await db().delivery.findFirst()).toMatchObject({ knownVersion: 2 });
});

it("takes it for ended when the peer still does not know it after a while", async () => {
  peer.on("/ocm/notifications", { status: 400, json: {} });
  await db().sentShare.updateMany({ data: { offeredAt: new Date(Date.now() - 600_000) } });
  await revokeShare(alice, share.id);

  await deliverAll();

  expect(await db().delivery.findFirst()).toMatchObject({ knownVersion: 2, failure: null });
});

it("tells of a change that was made while it was being offered", async () => {
  peer.on("/ocm/shares", async () => {
    await updateSentShare(alice, share.id, { role: "editor" });
    return OK;
  });

  await deliverAll();
  const between = await now();
  await deliverAll();

  expect(between).toMatchObject({ state: "delivered", untold: { hasGivenUp: false } });
  expect(heard()).toEqual(["offer", "SHARE_CHANGE_PERMISSION read+write"]);
  expect(await now()).toMatchObject({ untold: null });
});

it("is delivered if the peer says that it has it already", async () => {
  peer.on("/ocm/shares", { status: 409, json: {} });

  await deliverAll();

  expect(await now()).toMatchObject({ state: "delivered", untold: null });
});

it.each([
  [200, "{}"],
  [201, "[]"],
  [202, "<html>Thank you.</html>"],
  [204, ""],
])("is delivered if the peer answers %i, with whatever body: %j", async (status, text) => {
  peer.on("/ocm/shares", { status, text });
  peer.on("/ocm/notifications", { status, text });

  await deliverAll();
  const offered = await now();
  await updateSentShare(alice, share.id, { role: "editor" });
  await deliverAll();

  expect(offered).toMatchObject({ state: "delivered", untold: null });
  expect(await now()).toMatchObject({ state: "delivered", untold: null });
  expect(heard()).toEqual(["offer", "SHARE_CHANGE_PERMISSION read+write"]);
});

it.each(["nextcloud35", "nextcloud", "older", "seafile"])(
  "does not fail because the peer knows no such notification, if it looks as %s does",
  async (dialect) => {
    await db().provider.create({ data: { siteId: alice.siteId, provider: peer.provider, dialect } });
    await deliverAll();
    peer.on("/ocm/notifications", { status: 501, json: {} });
    await updateSentShare(alice, share.id, { role: "editor" });

    await deliverAll();

    expect(await now()).toMatchObject({ state: "delivered", untold: null });
    await updateSentShare(alice, share.id, { expiresAt: "2999-01-01T00:00:00Z" }); // which is not seen by looking
    await deliverAll();
    expect(await now()).toMatchObject({ untold: { hasGivenUp: true }, takesNoChanges: true });
  },
);

it("is not told for good to any other peer that knows no such notification, which its sender reads", async () => {
  await deliverAll();
  peer.on("/ocm/notifications", { status: 501, json: {} });
  await updateSentShare(alice, share.id, { role: "editor" });
  await deliverAll();
  const untold = await now();
  await updateSentShare(alice, share.id, { role: "viewer" });
  await deliverAll();

  const reason = expect.stringContaining("does not take changes of a share");
  expect(untold).toMatchObject({ state: "delivered", role: "editor", untold: { hasGivenUp: true, failure: reason } });
  expect(untold).toMatchObject({ takesNoChanges: true, isNobodyThere: false });
  expect(await noticesOf(alice)).toEqual(["share-untold"]);
  expect(await now()).toMatchObject({ role: "viewer", untold: null, takesNoChanges: false });
  expect(await db().breaker.count()).toBe(0);
});

describe("with a cloud that keeps the role of an offer, another role", () => {
  const named = (path: string) => peer.requestsTo(path).map(({ body }) => JSON.parse(`${body}`).providerId);
  const setRole = (role: "viewer" | "editor") => updateSentShare(alice, share.id, { role });
  const spokenToAs = (dialect: string) =>
    db().provider.updateMany({ where: { provider: peer.provider }, data: { dialect } });
  beforeEach(async () => {
    await db().provider.create({ data: { siteId: alice.siteId, provider: peer.provider, dialect: "reva" } });
    await deliverAll();
  });

  it("is an end and another offer of what stays one share, and waits for its answer again", async () => {
    await db().sentShare.updateMany({ data: { answer: "accepted" } });
    await setRole("editor");
    await deliverAll();
    await deliverAll();

    expect(heard()).toEqual(["offer", "SHARE_UNSHARED", "offer"]);
    const [first, second] = named("/ocm/shares");
    expect([named("/ocm/notifications"), second === first]).toEqual([[share.id], false]);
    const again = { id: share.id, state: "delivered", role: "editor", isOfferedAgain: true, untold: null };
    expect((await listSentShares(alice)).items).toMatchObject([again]);
  });

  it("is that also where the answer to the first offer was lost", async () => {
    await db().sentShare.updateMany({ data: { toldRole: null, toldExpiresAt: null } });
    await setRole("editor");
    await deliverAll();
    await deliverAll();

    expect(heard()).toEqual(["offer", "SHARE_UNSHARED", "offer"]);
    expect(new Set(named("/ocm/shares")).size).toBe(2);
  });

  it("is none where only the answer to the offer was lost, and the share was accepted meanwhile", async () => {
    await db().sentShare.updateMany({ data: { toldRole: null, answer: "accepted" } });
    await db().delivery.updateMany({ data: { wantedVersion: { increment: 1 } } });
    await deliverAll();

    expect(heard()).toEqual(["offer"]);
    expect(await now()).toMatchObject({ state: "accepted", isOfferedAgain: false, untold: null });
  });

  it("is nothing that a cloud is ill for which does not know the share any more", async () => {
    await spokenToAs("ocis");
    await db().sentShare.updateMany({ data: { keptRole: null } }); // from before it was known as such
    peer.on("/ocm/notifications", { status: 500, json: {} });
    await setRole("editor");
    for (let tries = 4; tries > 0; tries--) await deliverAll();

    const failure = "Most likely the other cloud does not know this share any more.";
    expect(await now()).toMatchObject({ untold: { hasGivenUp: false, failure } });
    expect(await db().breaker.count()).toBe(0);
    expect(await db().provider.findFirst()).toMatchObject({ failure: null });
    await revokeShare(alice, share.id); // whose end it does not answer so
    for (let tries = 3; tries > 0; tries--) await deliverAll();
    expect(await db().breaker.findFirst()).toMatchObject({ failures: 3 });
  });

  it("is judged by what that cloud was when it got the offer", async () => {
    await spokenToAs("ocm");
    await setRole("editor");
    await deliverAll();
    await deliverAll();
    await setRole("viewer");
    await deliverAll();

    expect(heard()).toEqual(["offer", "SHARE_UNSHARED", "offer", "SHARE_CHANGE_PERMISSION read"]);
  });

  it("ends nothing that could not be offered again, and its sender learns why", async () => {
    await db().provider.updateMany({ where: { provider: peer.provider }, data: { mustExchange: true } });
    await setRole("editor");
    await deliverAll();

    const failure = expect.stringContaining("cannot open shares as safely");
    expect(heard()).toEqual(["offer"]);
    expect(await now()).toMatchObject({ state: "delivered", untold: { hasGivenUp: true, failure } });
    expect(await noticesOf(alice)).toEqual(["share-untold"]);
    await setRole("viewer");
    await deliverAll();
    expect(await now()).toMatchObject({ state: "delivered", isOfferedAgain: false, untold: null });
  });

  it("is not taken for told by an answer to the offer before, which comes late", async () => {
    peer.on("/ocm/shares", async () => {
      await db().sentShare.updateMany({ data: { offeredAs: newId() } });
      return OK;
    });
    await db().sentShare.updateMany({ data: { toldRole: null } });
    await db().delivery.updateMany({ data: { wantedVersion: { increment: 1 } } });
    await deliverAll();

    expect(await now()).toMatchObject({ state: "queued" });
  });

  it("is not answered by who was answering the offer before", async () => {
    const { siteId } = alice;
    const { secretHash } = await db().sentShare.findFirstOrThrow();
    await setRole("editor");
    await deliverAll();
    await deliverAll();

    const late = { siteId, id: share.id, provider: peer.provider, proof: { signature: "none" } };
    await db().$transaction((tx) => recordAcceptance(tx, { ...late, as: { secretHash } }));
    await db().$transaction((tx) => recordRefusal(tx, { ...late, as: { offeredAs: null } }));

    expect(await now()).toMatchObject({ state: "delivered", isOfferedAgain: true });
  });

  it("leaves nothing watched that goes by the old name", async () => {
    await db().sentShare.updateMany({ data: { watchedUntil: new Date("2999-01-01"), watchedVersion: 1 } });
    await setRole("editor");
    await deliverAll();

    expect(await db().sentShare.findFirst()).toMatchObject({ watchedUntil: null, watchedVersion: null });
  });

  it("is offered though nobody heard that its end had arrived, and though it was changed back meanwhile", async () => {
    peer.on("/ocm/notifications", { status: 502, json: {} });
    await setRole("editor");
    await deliverAll();
    const between = await now();
    await setRole("viewer");
    peer.on("/ocm/notifications", { status: 404, json: {} });

    await deliverAll();
    await deliverAll();

    expect(between).toMatchObject({ state: "delivered", isOfferedAgain: false, untold: { hasGivenUp: false } });
    expect(heard()).toEqual(["offer", "SHARE_UNSHARED", "SHARE_UNSHARED", "offer"]);
    expect(await now()).toMatchObject({ state: "delivered", role: "viewer", isOfferedAgain: true });
  });

  it("is offered by whoever goes on when this process died between the two", async () => {
    await setRole("editor");
    await deliverAll();
    const between = await now();

    await deliverAll();

    expect(between).toMatchObject({ state: "queued", isOfferedAgain: true });
    expect(heard()).toEqual(["offer", "SHARE_UNSHARED", "offer"]);
  });

  it("is not offered once the share was revoked, which that cloud has heard by then", async () => {
    peer.on("/ocm/notifications", async () => {
      await revokeShare(alice, share.id);
      return OK;
    });
    await setRole("editor");

    await deliverAll();
    await deliverAll();

    expect(heard().filter((message) => message === "offer")).toHaveLength(1);
    expect(await now()).toMatchObject({ state: "revoked", untold: null });
  });

  it("is what the cloud names by the new name alone", async () => {
    await setRole("editor");
    await deliverAll();
    await deliverAll();
    const [first, second] = named("/ocm/shares");
    const site = await getSite(alice.siteId);
    const answer = (providerId: string) => {
      const message = { notificationType: "SHARE_ACCEPTED", resourceType: "folder", providerId };
      return hearNotification(peer.request(site, "/ocm/notifications", message));
    };

    expect([(await answer(first)).status, (await answer(second)).status]).toEqual([400, 201]);
    expect(await now()).toMatchObject({ state: "accepted" });
  });

  it("is told, but not another last day alone, which that cloud would not heed", async () => {
    await updateSentShare(alice, share.id, { expiresAt: "2999-01-01T00:00:00.000Z" });
    await deliverAll();

    expect(heard()).toEqual(["offer"]);
    expect(await now()).toMatchObject({ state: "delivered", untold: null });
  });
});

it("is never offered once it has expired on the way", async () => {
  await db().sentShare.updateMany({ data: { expiresAt: new Date(Date.now() - 1000) } });

  await deliverAll();

  expect(heard()).toEqual([]);
  expect(await now()).toMatchObject({ state: "expired" });
});

it("says why a peer refuses it, and can be changed and offered again", async () => {
  peer.on("/ocm/shares", { status: 403, json: {} });
  await deliverAll();
  const refused = await now();
  peer.on("/ocm/shares", OK);

  await updateSentShare(alice, share.id, { role: "editor" });
  await deliverAll();

  expect(refused).toMatchObject({ state: "failed", untold: { failure: expect.stringContaining("does not accept") } });
  expect(await now()).toMatchObject({ state: "delivered", role: "editor", untold: null });
});

it("does not stand in the way of another once it could not be delivered", async () => {
  const again = () =>
    sendShare(alice, {
      nodeId: share.nodeId ?? "",
      recipient: { kind: "address", address: share.shareWith },
      ...{ role: "editor", expiresAt: null, note: "" },
    });
  await expect(again()).rejects.toMatchObject({ code: "SHARE_ALREADY_SENT" });
  peer.on("/ocm/shares", { status: 403, json: {} });
  await deliverAll();
  peer.on("/ocm/shares", OK);

  const second = await again();
  await deliverAll();

  expect(await now()).toMatchObject({ state: "revoked" });
  expect((await listSentShares(alice)).items).toMatchObject([{ id: second.id, state: "delivered", role: "editor" }]);
});

describe("what could not be told", () => {
  const untoldNotice = () => db().notice.findFirst({ where: { kind: "share-untold" } });
  const listed = async () => (await listSentShares(alice)).items;
  beforeEach(() => deliverAll());

  it("of a change is said with its reason, and can be tried again", async () => {
    peer.on("/ocm/notifications", { status: 422, json: {} });
    await updateSentShare(alice, share.id, { role: "editor" });
    await deliverAll();
    const gaveUp = await now();
    peer.on("/ocm/notifications", OK);

    await retryShare(alice, share.id);
    await deliverAll();

    const reason = "The other cloud answered with an error (422).";
    expect(gaveUp).toMatchObject({ state: "delivered", untold: { hasGivenUp: true, failure: reason } });
    expect(await untoldNotice()).toMatchObject({ about: { what: "changed", name: "Bob", resource: "Photos", reason } });
    expect(await noticesOf(alice)).toEqual(["share-untold"]);
    expect(await now()).toMatchObject({ untold: null });
  });

  it("because something is wrong on this side is tried for a week, and then said to whom it concerns", async () => {
    await db().delivery.updateMany({ data: { wantedVersion: { increment: 1 } } });
    await db().sentShare.updateMany({ data: { toldRole: null, secretEncrypted: "broken" } });
    await deliverAll();
    const before = await noticesOf(alice);
    await db().delivery.updateMany({ data: { firstAttemptAt: new Date(Date.now() - 8 * 86_400_000) } });

    await deliverAll();

    const reason = "Something went wrong on this side.";
    expect(before).toEqual([]);
    expect(await noticesOf(alice)).toEqual(["share-failed"]);
    expect(await db().notice.findFirst()).toMatchObject({ about: { name: "Bob", resource: "Photos", reason } });
    expect(await now()).toMatchObject({ state: "failed", untold: { hasGivenUp: true, failure: reason } });
  });

  it("of the end keeps it on the list until it is told, tried again or taken off", async () => {
    peer.on("/ocm/notifications", { status: 410, json: {} });
    await revokeShare(alice, share.id);
    const before = await listed();
    await deliverAll();
    const gaveUp = await listed();

    await revokeShare(alice, share.id);

    expect(before).toEqual([]);
    expect(gaveUp).toMatchObject([{ id: share.id, state: "revoked", untold: { hasGivenUp: true } }]);
    expect(await untoldNotice()).toMatchObject({ about: { what: "ended" } });
    expect(await listed()).toEqual([]);
  });

  it("because the cloud deals with us no more is tried on, and shown meanwhile", async () => {
    peer.on("/ocm/notifications", { status: 403, json: {} });
    await revokeShare(alice, share.id);
    await deliverAll();
    const refused = await listed();
    await revokeShare(alice, share.id);
    peer.on("/ocm/notifications", OK);

    await deliverAll();

    expect(refused).toMatchObject([{ state: "revoked", untold: { hasGivenUp: false } }]);
    expect(heard()).toEqual(["offer", "SHARE_UNSHARED", "SHARE_UNSHARED"]);
    expect([await untoldNotice(), await listed()]).toEqual([null, []]);
  });

  it("of the end is nobody's concern where the offer never arrived, or its time was over anyway", async () => {
    peer.on("/ocm/notifications", { status: 410, json: {} });
    peer.on("/ocm/shares", { status: 403, json: {} });
    const nodeId = (await makeFolder(alice, "Refused")).id;
    const recipient = { kind: "address", address: `bob@${peer.provider}` } as const;
    const refused = await sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
    await deliverAll();
    const past = new Date(Date.now() - 60_000);
    await db().sentShare.updateMany({ where: { id: share.id }, data: { expiresAt: past, toldExpiresAt: past } });

    await revokeShare(alice, refused.id);
    await revokeShare(alice, share.id);
    await deliverAll();

    expect(heard().filter((message) => message === "SHARE_UNSHARED")).toHaveLength(2);
    expect([await listed(), await noticesOf(alice)]).toEqual([[], ["share-failed"]]);
  });
});

describe("a share that needs a second factor", () => {
  const send = async (name: string) => {
    const nodeId = (await makeFolder(alice, name)).id;
    const recipient = { kind: "address", address: `carol@${peer.provider}` } as const;
    const what = { role: "viewer", expiresAt: null, note: "", needsSecondFactor: true } as const;
    return sendShare(alice, { nodeId, recipient, ...what });
  };
  const requirements = () =>
    peer.requestsTo("/ocm/shares").map(({ body }) => JSON.parse(`${body}`).protocol.webdav.requirements);
  const without = (capability: string) => {
    peer.document.capabilities = peer.document.capabilities.filter((one) => one !== capability);
  };

  it("says so to a cloud that sees to it", async () => {
    const sent = await send("Letters");
    await deliverAll();

    expect(sent.needsSecondFactor).toBe(true);
    expect(requirements()).toContainEqual(["must-exchange-token", "must-use-mfa"]);
    expect(requirements()).toContainEqual(["must-exchange-token"]);
  });

  it("is not offered to one that does not, and the sender learns why", async () => {
    without("enforce-mfa");
    const early = await send("Letters"); // nobody knows yet what that cloud can do
    await deliverAll();

    const sentence = expect.stringContaining("does not promise to ask for a second factor");
    expect(await getSentShare(alice, early.id)).toMatchObject({ state: "failed", untold: { failure: sentence } });
    expect(requirements()).toEqual([["must-exchange-token"]]);
    await expect(send("Diary")).rejects.toMatchObject({ status: 409, code: "SECOND_FACTOR_UNSUPPORTED" });
    expect(await db().provider.findFirst()).toMatchObject({ failure: null });
  });

  it("is not offered in a dialect that cannot say so", async () => {
    peer.signAsBefore();
    peer.document.capabilities.push("enforce-mfa");
    for (const { protocols } of peer.document.resourceTypes) protocols.webdav = "/public.php/webdav/";

    const sent = await send("Letters");
    await deliverAll();

    expect(await getSentShare(alice, sent.id)).toMatchObject({ state: "failed" });
  });
});
