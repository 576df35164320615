import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { acceptShare, declineShare, leaveShare } from "@/lib/sharing/received/answer-share";
import { describeReceivedShare } from "@/lib/sharing/received/describe-received-share";
import { getReceivedShare, listReceivedShares } from "@/lib/sharing/received/received-shares";
import { forgetSites, getSite, type Site } from "@/lib/sites/sites";
import { describeSite } from "@/lib/trust/site-discovery";
import { POST as postNotification } from "@/server/ocm/notifications";
import { POST as postShare } from "@/server/ocm/shares";
import { NEWEST_CLOUD, noticesOf } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { type FakePeer, type SignOptions, startPeer } from "@/tests/peer";

let peer: FakePeer;
let bob: UserPrincipal;
let site: Site;
/** By which alice's cloud knows bob, who is her contact. */
let bobsIdentifier: string;

beforeEach(async () => {
  peer = await startPeer();
  bob = await makeUser({ userName: "bob", displayName: "Bob" });
  site = await getSite(bob.siteId);
  bobsIdentifier = `pairwise-${newId()}`;
  const known = { provider: peer.provider, identifier: "alice-1", ourIdentifier: bobsIdentifier };
  await db().contact.create({ data: { siteId: site.id, userId: bob.userId, displayName: "Alice", ...known } });
});
afterEach(() => peer.stop());

const webdav = { uri: "s1", sharedSecret: "a-secret", permissions: ["read"], requirements: ["must-exchange-token"] };
const offer = (changes: object = {}) => ({
  shareWith: `${bobsIdentifier}@${site.provider}`,
  name: "Photos",
  providerId: "s1",
  owner: `alice-1@${peer.provider}`,
  sender: `alice-1@${peer.provider}`,
  senderDisplayName: "Whoever",
  shareType: "user",
  resourceType: "folder",
  protocol: { name: "multi", webdav },
  ...changes,
});
const arm = (changes: object) => ({ protocol: { name: "multi", webdav: { ...webdav, ...changes } } });

async function post(message: unknown, options?: SignOptions) {
  const response = await postShare(peer.request(site, "/ocm/shares", message, options));
  return { status: response.status, body: await response.json() };
}
async function notify(notificationType: string, notification: object = {}, providerId = "s1", from = peer) {
  const message = { notificationType, providerId, resourceType: "folder", notification };
  const response = await postNotification(from.request(site, "/ocm/notifications", message));
  return { status: response.status, body: await response.json() };
}
const listed = async () => (await listReceivedShares(bob)).items;
const only = async () => {
  const [share] = await listed();
  if (!share) throw new Error("Nothing was received.");
  return share;
};

describe("an offer", () => {
  it("is taken under the name that the contact has here", async () => {
    const answer = await post(offer());

    expect(answer).toEqual({ status: 201, body: { recipientDisplayName: "Bob", recipientUserId: bobsIdentifier } });
    expect(await only()).toMatchObject({ senderName: "Alice", isFromContact: true, state: "pending", role: "viewer" });
    const row = await db().receivedShare.findFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain("a-secret");
  });

  it("of a stranger is refused where only contacts are let in, whether or not somebody is there", async () => {
    const { identifier } = await db().user.findFirstOrThrow({ where: { id: bob.userId } });
    await db().site.update({ where: { id: site.id }, data: { takesStrangers: false } });
    forgetSites();
    const sender = `eve@${peer.provider}`;

    const known = await post(offer({ shareWith: `${identifier}@${site.provider}`, sender }));
    const unknown = await post(offer({ shareWith: `nobody@${site.provider}`, sender }));

    expect([known.status, known.body.message]).toEqual([403, "INVITE_NEEDED"]);
    expect(unknown).toEqual(known);
    expect((await post(offer())).status).toBe(201);
    expect((await describeSite(await getSite(site.id))).criteria).toContain("must-invite");
  });

  it("is taken from a stranger at the address that one may give to anyone", async () => {
    const { identifier } = await db().user.findFirstOrThrow({ where: { id: bob.userId } });

    await post(offer({ shareWith: `${identifier}@${site.provider}`, sender: `eve@${peer.provider}` }));

    expect(await only()).toMatchObject({ senderName: "Whoever", isFromContact: false });
  });

  it("comes from a contact also at that address", async () => {
    const { identifier } = await db().user.findFirstOrThrow({ where: { id: bob.userId } });

    await post(offer({ shareWith: `${identifier}@${site.provider}` }));

    expect(await only()).toMatchObject({ senderName: "Alice", isFromContact: true, request: null });
  });

  it("comes from a stranger if another person of that cloud uses the contact's way", async () => {
    await post(offer({ sender: `eve@${peer.provider}` }));

    const via = { name: "Alice", provider: peer.provider };
    expect(await only()).toMatchObject({ senderName: "Whoever", isFromContact: false, request: { via } });
  });

  it("at an identifier that was made for another cloud's contact asks as a stranger, who is told no name", async () => {
    await db().contact.updateMany({ data: { provider: "other.example.org", acceptsShares: true } });

    const answer = await post(offer());

    expect(answer).toEqual({ status: 201, body: { recipientDisplayName: "", recipientUserId: bobsIdentifier } });
    const request = { isVerified: true, via: { name: "Alice", provider: "other.example.org" } };
    expect(await only()).toMatchObject({ senderName: "Whoever", isFromContact: false, state: "pending", request });
    const toNobody = await post(offer({ shareWith: `nobody@${site.provider}`, providerId: "s2" }));
    await db().contact.updateMany({ data: { removedAt: new Date() } });
    expect(await post(offer({ providerId: "s2" }))).toEqual(toNobody);
  });

  it("reaches a user name only where the site wants that", async () => {
    const toName = offer({ shareWith: `bob@${site.provider}` });
    const before = await post(toName);
    await db().site.update({ where: { id: site.id }, data: { answersUserNames: true } });
    forgetSites();

    const after = await post(toName);

    expect([before.status, after.status]).toEqual([400, 201]);
  });

  it("is the same offer when it comes again, alone or at once", async () => {
    const answers = await Promise.all([post(offer()), post(offer()), post(offer())]);
    answers.push(await post(offer()));

    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(await listed()).toHaveLength(1);
    expect(await noticesOf(bob)).toEqual(["share-offered"]);
  });

  it("carries a change that was made before it came again", async () => {
    await post(offer());

    await post(offer({ ...arm({ permissions: ["read", "write"] }), expiration: 32503680000 }));

    expect(await only()).toMatchObject({ role: "editor", expiresAt: "3000-01-01T00:00:00.000Z" });
  });

  it("may name its address whole, on the sender's own cloud", async () => {
    const answer = await post(offer(arm({ uri: `${peer.origin}/dav/ocm/s1` })));

    expect(answer.status).toBe(201);
  });

  it("does not come back to life when it comes again after it was declined", async () => {
    await post(offer());
    await declineShare(bob, (await only()).id);

    const again = await post(offer());

    expect(again.status).toBe(201);
    expect(await listed()).toEqual([]);
  });

  it.each([
    ["another secret", () => arm({ sharedSecret: "other" })],
    ["another sender", () => ({ sender: `eve@${peer.provider}` })],
  ])("is refused when its providerId is known with %s", async (_name, changes) => {
    await post(offer());

    const answer = await post(offer(changes()));

    expect(answer).toMatchObject({ status: 400, body: { message: "SHARE_KNOWN_DIFFERENTLY" } });
    expect(await only()).toMatchObject({ senderName: "Alice" });
  });
});

describe("an offer is refused, and nothing changes", () => {
  const unknown = [400, "SHARE_WITH_UNKNOWN"] as const;
  it.each([
    ["for nobody here", () => offer({ shareWith: `nobody@${site.provider}` }), ...unknown],
    ["for another host", () => offer({ shareWith: `${bobsIdentifier}@other.example.org` }), ...unknown],
    ["in the name of another host", () => offer({ sender: "alice-1@other.example.org" }), 403, "SENDER_NOT_SIGNER"],
    ["of another host's owner", () => offer({ owner: "alice-1@other.example.org" }), 403, "SENDER_NOT_SIGNER"],
    ["with an unknown requirement", () => offer(arm({ requirements: ["must-dance"] })), 400, "VALIDATION_FAILED"],
    ["without a secret", () => offer(arm({ sharedSecret: undefined })), 400, "VALIDATION_FAILED"],
    ["at a private address", () => offer(arm({ uri: "http://169.254.169.254/latest" })), 400, "URI_INVALID"],
    ["on another host", () => offer(arm({ uri: "https://other.example.org/dav/s1" })), 400, "URI_INVALID"],
    ["at no web address", () => offer(arm({ uri: "file:///etc/passwd" })), 400, "URI_INVALID"],
    ["above the sender's shares", () => offer(arm({ uri: "s1/%2e%2e/../admin" })), 400, "URI_INVALID"],
    ["with a query for a path", () => offer(arm({ uri: "s1?x=1" })), 400, "URI_INVALID"],
    ["with a path for a name", () => offer({ name: "../Photos" }), 400, "VALIDATION_FAILED"],
    ["for a federation", () => offer({ shareType: "federation" }), 501, "SHARE_TYPE_UNSUPPORTED"],
    ["of a calendar", () => offer({ resourceType: "calendar" }), 501, "RESOURCE_TYPE_UNSUPPORTED"],
    ["over another protocol", () => offer({ protocol: { name: "ssh" } }), 501, "PROTOCOL_UNSUPPORTED"],
  ])("%s", async (_name, message, status, code) => {
    const answer = await post(message());

    expect(answer).toMatchObject({ status, body: { message: code } });
    expect(await db().receivedShare.count()).toBe(0);
  });

  it("at an identifier that was made for another cloud's contact where strangers are not taken, in the words for nobody", async () => {
    await db().contact.updateMany({ data: { provider: "other.example.org" } });
    await db().site.update({ where: { id: site.id }, data: { takesStrangers: false } });
    forgetSites();
    const toNobody = await post(offer({ shareWith: `nobody@${site.provider}` }));

    expect(await post(offer())).toEqual(toNobody);
    expect(toNobody.body.message).toBe("INVITE_NEEDED");
  });

  it("to a removed contact and to a disabled person, in the words for nobody", async () => {
    const toNobody = await post(offer({ shareWith: `nobody@${site.provider}` }));
    await db().contact.updateMany({ data: { removedAt: new Date() } });
    const toRemoved = await post(offer());
    await db().contact.updateMany({ data: { removedAt: null } });
    await db().user.updateMany({ data: { disabledAt: new Date() } });
    const toDisabled = await post(offer());

    expect([toRemoved, toDisabled]).toEqual([toNobody, toNobody]);
  });

  it("from a cloud that tries one name after the other, while its contacts still get through", async () => {
    for (let number = 0; number < 60; number++) await guess(`guesser${number}`);

    expect(await guess("carol")).toMatchObject({ status: 429, body: { message: "TOO_MANY_REQUESTS" } });
    expect((await post(offer())).status).toBe(201);
  });

  it("from one person who tries one name after the other, while others of that cloud are still heard", async () => {
    for (let number = 0; number < 20; number++) await guess("mallory");

    expect(await guess("mallory")).toMatchObject({ status: 429, body: { message: "TOO_MANY_REQUESTS" } });
    expect(await guess("carol")).toMatchObject({ status: 400, body: { message: "SHARE_WITH_UNKNOWN" } });
  });

  /** What somebody there hears who offers something to a name that is nobody's. */
  const guess = (name: string) => {
    const sender = `${name}@${peer.provider}`;
    return post(offer({ sender, owner: sender, shareWith: `nobody@${site.provider}` }));
  };

  it("from a blocked cloud", async () => {
    await db().provider.create({ data: { siteId: site.id, provider: peer.provider, standing: "blocked" } });

    expect(await post(offer())).toMatchObject({ status: 403, body: { message: "PROVIDER_NOT_TRUSTED" } });
  });
});

describe("what the sender says later", () => {
  beforeEach(() => post(offer()));

  it("is heard once, however often it comes", async () => {
    await acceptShare(bob, (await only()).id);
    const change = { permissions: ["read", "write"], expiration: 32503680000 };

    const answers = [
      await notify("SHARE_CHANGE_PERMISSION", change),
      await notify("SHARE_CHANGE_PERMISSION", change),
      await notify("SHARE_UNSHARED"),
      await notify("SHARE_UNSHARED"),
      await notify("SHARE_CHANGE_PERMISSION", change),
    ];

    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(await noticesOf(bob)).toEqual(["share-offered", "share-changed", "share-revoked"]);
    expect(await only()).toMatchObject({ role: "editor", state: "revoked", path: null });
  });

  it("changes an offer that waits for an answer, which is no news however often it comes", async () => {
    await notify("SHARE_CHANGE_PERMISSION", { permissions: ["read", "write"] });
    await notify("SHARE_CHANGE_PERMISSION", { permissions: ["read"] });
    await notify("SHARE_CHANGE_PERMISSION", { permissions: ["read", "write"] });

    expect(await only()).toMatchObject({ role: "editor", state: "pending" });
    expect(await noticesOf(bob)).toEqual(["share-offered"]);
  });

  it("keeps the expiry that it does not name, and lifts it with 0", async () => {
    await notify("SHARE_CHANGE_PERMISSION", { permissions: ["read"], expiration: 32503680000 });
    await notify("SHARE_CHANGE_PERMISSION", { permissions: ["read", "write"] });
    const kept = await only();

    await notify("SHARE_CHANGE_PERMISSION", { permissions: ["read"], expiration: 0 });

    expect(kept).toMatchObject({ role: "editor", expiresAt: "3000-01-01T00:00:00.000Z" });
    expect(await only()).toMatchObject({ role: "viewer", expiresAt: null });
  });

  it("may name the secret, as older clouds do", async () => {
    expect((await notify("SHARE_UNSHARED", { sharedSecret: "a-secret" })).status).toBe(201);
    expect((await notify("SHARE_UNSHARED", { sharedSecret: "a-secret" })).status).toBe(201);

    expect(await only()).toMatchObject({ state: "revoked" });
  });

  it("is heard from the sender's cloud only, and others learn nothing", async () => {
    const stranger = await startPeer();

    const known = await notify("SHARE_UNSHARED", {}, "s1", stranger);
    const unknown = await notify("SHARE_UNSHARED", {}, "s2", stranger);

    expect(known).toMatchObject({ status: 400, body: { message: "SHARE_UNKNOWN" } });
    expect(unknown).toEqual(known);
    expect(await only()).toMatchObject({ state: "pending" });
    await stranger.stop();
  });

  it.each([
    ["an unknown kind", "SHARE_DANCED", {}, 501, "NOTIFICATION_UNSUPPORTED"],
    ["a change without permissions", "SHARE_CHANGE_PERMISSION", {}, 400, "NOTIFICATION_INVALID"],
    ["an answer to what we did not send", "SHARE_ACCEPTED", {}, 400, "SHARE_UNKNOWN"],
    ["an end that names another secret", "SHARE_UNSHARED", { sharedSecret: "another" }, 403, "SHARED_SECRET_WRONG"],
    ["a secret that is none", "SHARE_CHANGE_PERMISSION", { sharedSecret: 7 }, 403, "SHARED_SECRET_WRONG"],
  ])("is refused: %s", async (_name, type, notification, status, code) => {
    expect(await notify(type, notification)).toMatchObject({ status, body: { message: code } });
  });
});

describe("the receiver's answer", () => {
  beforeEach(() => post(offer()));
  const told = async (id: string) => {
    const json = (await describeReceivedShare(site.id, id))?.call.json;
    return typeof json === "function"
      ? (await json({ ...NEWEST_CLOUD, takesRelativeUris: true })).notificationType
      : undefined;
  };

  it("is one of two that are given at once", async () => {
    const { id } = await only();

    const results = await Promise.allSettled([acceptShare(bob, id), declineShare(bob, id)]);

    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const { state } = await getReceivedShare(bob, id);
    const mounts = await db().fileNode.count({ where: { mountId: id } });
    expect(mounts).toBe(state === "accepted" ? 1 : 0);
    expect(await told(id)).toBe(state === "accepted" ? "SHARE_ACCEPTED" : "SHARE_DECLINED");
  });

  it("may be given twice", async () => {
    const { id } = await only();

    await Promise.all([acceptShare(bob, id), acceptShare(bob, id)]);
    await acceptShare(bob, id);

    expect(await db().fileNode.count({ where: { mountId: id } })).toBe(1);
    expect(await db().delivery.findFirstOrThrow()).toMatchObject({ wantedVersion: 1 });
  });

  it("is the receiver's to give", async () => {
    const { id } = await only();
    const alice = await makeUser({ site });

    for (const answer of [acceptShare, declineShare, leaveShare]) {
      await expect(answer(alice, id)).rejects.toMatchObject({ code: "SHARE_NOT_FOUND" });
    }
    expect(await told(id)).toBeUndefined();
  });

  it("comes too late for what has ended or expired, which can then be put away", async () => {
    const { id } = await only();
    await db().receivedShare.updateMany({ data: { expiresAt: new Date(0) } });
    await expect(acceptShare(bob, id)).rejects.toMatchObject({ code: "SHARE_EXPIRED" });
    await notify("SHARE_UNSHARED");
    await expect(acceptShare(bob, id)).rejects.toMatchObject({ code: "SHARE_ENDED" });
    await expect(declineShare(bob, id)).rejects.toMatchObject({ code: "SHARE_ENDED" });

    await leaveShare(bob, id);

    expect(await listed()).toEqual([]);
    expect(await db().delivery.count()).toBe(0);
  });

  it("names the way out that fits", async () => {
    const { id } = await only();
    await expect(leaveShare(bob, id)).rejects.toMatchObject({ code: "SHARE_NOT_ACCEPTED" });
    await acceptShare(bob, id);
    await expect(declineShare(bob, id)).rejects.toMatchObject({ code: "SHARE_ACCEPTED_BEFORE" });
  });

  it("names the giver at the place of a second share of one name", async () => {
    await post(offer({ providerId: "s2" }));

    for (const { id } of await listed()) await acceptShare(bob, id);

    expect((await listed()).map(({ path }) => path).sort()).toEqual(["/Photos", "/Photos (Alice)"]);
  });
});

it("takes an offer that asks for a second factor, also when it asks for it only at the repetition", async () => {
  await post(offer());
  expect(await only()).toMatchObject({ needsSecondFactor: false });

  const { status } = await post(offer(arm({ requirements: ["must-exchange-token", "must-use-mfa"] })));

  expect(status).toBe(201);
  expect(await only()).toMatchObject({ needsSecondFactor: true });
});
