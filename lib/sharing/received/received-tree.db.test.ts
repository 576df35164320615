import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db, pool } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { encryptSecret } from "@/lib/core/secrets";
import { drive } from "@/lib/drive/drive";
import { endSharesWithContact } from "@/lib/sharing/end-shares";
import { accessToShare, otherAccess } from "@/lib/sharing/received/access";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { confirmGone } from "@/lib/sharing/received/confirm-gone";
import { getReceivedShare } from "@/lib/sharing/received/received-shares";
import { receivedTree, requireReceived } from "@/lib/sharing/received/received-tree";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { getSentShare } from "@/lib/sharing/sent/sent-shares";
import { deliverAll, makeFolder } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { type FakePeer, type PeerReply, startPeer } from "@/tests/peer";

let peer: FakePeer;
let bob: UserPrincipal;
let contactId: string;
let id: string;
let issued: number;

const SECRET = "shr_a-secret";
const forms = () => peer.requestsTo("/ocm/token").map(({ body }) => Object.fromEntries(new URLSearchParams(`${body}`)));
const grant = (expires_in = 3600): PeerReply => ({
  json: { access_token: `token-${++issued}`, token_type: "Bearer", expires_in },
});
const view = () => getReceivedShare(bob, id);
const HREF = "/dav/ocm/s1/hut.txt";
const PROPERTIES = `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:"><d:response><d:href>${HREF}</d:href><d:propstat>
  <d:prop><d:resourcetype/><d:getcontentlength>6</d:getcontentlength><d:getetag>"e1"</d:getetag></d:prop>
  <d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>`;

beforeEach(async () => {
  issued = 0;
  peer = await startPeer();
  peer.on("/ocm/token", () => grant());
  bob = await makeUser({ userName: "bob" });
  const { siteId, userId } = bob;
  const { provider } = peer;
  const known = { provider, identifier: "alice-1", ourIdentifier: "bob-1", displayName: "Alice" };
  contactId = (await db().contact.create({ data: { siteId, userId, ...known } })).id;
  const address = `alice-1@${provider}`;
  const offer = { sender: address, owner: address, shareWith: "bob-1@here", senderName: "Alice", name: "Photos" };
  const where = { provider, providerId: "s1", webdavUri: "s1", resourceType: "folder", role: "viewer" } as const;
  const how = { requirements: ["must-exchange-token"], secretEncrypted: encryptSecret("share-secret", SECRET) };
  id = (
    await db().receivedShare.create({ data: { siteId, receiverId: userId, contactId, ...offer, ...where, ...how } })
  ).id;
  await acceptShare(bob, id);
});
afterEach(() => peer.stop());

describe("access to a share on another cloud", () => {
  it("is exchanged once for all who ask at the same time, and kept", async () => {
    const all = await Promise.all([1, 2, 3].map(() => accessToShare(bob.siteId, id)));
    const later = await accessToShare(bob.siteId, id);

    const access = { baseUrl: `${peer.origin}/dav/ocm/s1`, authorization: "Bearer token-1" };
    expect([...all, later]).toEqual([true, true, true, false].map((hasAnswered) => ({ ...access, hasAnswered })));
    const { provider } = await db().site.findUniqueOrThrow({ where: { id: bob.siteId } });
    expect(forms()).toEqual([{ grant_type: "authorization_code", client_id: provider, code: SECRET }]);
    expect(JSON.stringify(await db().receivedShare.findFirst())).not.toContain("token-1");
  });

  it("is renewed before it ends, and on demand", async () => {
    peer.on("/ocm/token", () => grant(59));
    await accessToShare(bob.siteId, id);

    const second = await accessToShare(bob.siteId, id);
    peer.on("/ocm/token", () => grant());
    await accessToShare(bob.siteId, id);
    const fourth = await otherAccess(bob.siteId, id, ["Bearer token-3"]);

    expect([second.authorization, fourth?.authorization]).toEqual(["Bearer token-2", "Bearer token-4"]);
  });

  it("waits ten seconds for a first byte, whatever is asked for on the way", async () => {
    const slowly = (reply: PeerReply) => async () => {
      await sleep(4_000);
      return reply;
    };
    peer.on("/.well-known/ocm", slowly({ json: peer.document }));
    peer.on("/ocm/token", slowly(grant()));
    peer.on("/dav/ocm/s1/", "hang");
    const before = Date.now();

    const opening = receivedTree(bob, id).then((tree) => tree.list([]));

    await expect(opening).rejects.toMatchObject({ status: 504, code: "PEER_TIMEOUT" });
    expect(Date.now() - before).toBeLessThan(11_500);
    expect(peer.requestsTo("/dav/ocm/s1/")).toHaveLength(1);
    expect((await view()).failure).toContain("does not answer");
  });

  it("is the secret itself only for a cloud that knows no exchange and did not ask for one", async () => {
    peer.document.capabilities = ["http-sig"];
    const before = await accessToShare(bob.siteId, id);
    const neverExchanged = { accessTokenEncrypted: null, accessTokenExpiresAt: null };
    await db().receivedShare.updateMany({ data: { requirements: [], ...neverExchanged } });

    const after = await accessToShare(bob.siteId, id);

    expect([before.authorization, after.authorization]).toEqual(["Bearer token-1", `Bearer ${SECRET}`]);
  });

  it.each([
    ["has ended", { status: 400, json: { error: "invalid_grant" } }, 502, "PEER_SHARE_GONE"],
    ["is not for us", { status: 400, json: { error: "invalid_client" } }, 502, "PEER_TOKEN_REFUSED"],
    ["has no token in the answer", { status: 200, json: {} }, 502, "PEER_TOKEN_REFUSED"],
    ["is not to be had just now", { status: 503, json: {}, headers: { "retry-after": "9" } }, 503, "PEER_BUSY"],
  ])("is refused in its own words if the share %s", async (_name, reply, status, code) => {
    peer.on("/ocm/token", reply);

    await expect(receivedTree(bob, id)).rejects.toMatchObject({ status, code });

    expect(await view()).toMatchObject({ state: "accepted", failure: expect.stringMatching(/\.$/) });
  });
});

describe("the tree of a share on another cloud", () => {
  it("reads with the token, renewed when it is refused, and notes that the cloud answered", async () => {
    await db().receivedShare.updateMany({ data: { failure: "It was away." } });
    peer.on(HREF, ({ method, headers }) => {
      if (headers.authorization !== "Bearer token-2") return { status: 401, json: {} };
      return method === "PROPFIND"
        ? { status: 207, text: PROPERTIES, headers: { "content-type": "application/xml" } }
        : { text: "A hut." };
    });

    const { body } = await (await receivedTree(bob, id)).read(["hut.txt"]);

    expect(await text(body)).toBe("A hut.");
    expect(await view()).toMatchObject({ failure: null, reachedAt: expect.any(String) });
  });

  it("says that the sender may have ended it when its root is gone, and keeps it", async () => {
    const tree = await receivedTree(bob, id);

    await expect(tree.stat([])).rejects.toMatchObject({ code: "PEER_SHARE_GONE" });
    await expect(tree.stat(["hut.txt"])).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });

    expect(await view()).toMatchObject({ state: "accepted", path: "/Photos" });
    expect((await view()).failure).toContain("Alice may have ended the share");
  });

  describe("whose cloud says that it is not there", () => {
    const HOUR = 3_600_000;
    const look = async () => (await receivedTree(bob, id)).stat([]).catch(() => {});
    const row = () => db().receivedShare.findUniqueOrThrow({ where: { siteId_id: { siteId: bob.siteId, id } } });
    const since = (hours: number) =>
      db().receivedShare.updateMany({ data: { goneSince: new Date(Date.now() - hours * HOUR) } });
    const queued = async () => {
      const { rows } = await pool().query(
        "SELECT run_at FROM graphile_worker.jobs WHERE task_identifier = 'confirm-gone'",
      );
      return rows.map(({ run_at }) => Math.round((run_at.getTime() - Date.now()) / HOUR));
    };

    it.each([
      ["404", { status: 404, json: {} }],
      ["403", { status: 403, json: {} }],
    ])("(%s) has ended once that was confirmed twice over a day, and not before", async (_status, reply) => {
      peer.on("/dav/ocm/s1", reply);
      await look();
      await look();
      expect(await row()).toMatchObject({ state: "accepted", goneLooks: 1 });
      expect(await queued()).toEqual([8]);
      await since(9);
      await look();
      expect(await row()).toMatchObject({ state: "accepted", goneLooks: 2 });
      expect(await queued()).toEqual([15]);
      await since(25);

      await confirmGone({ siteId: bob.siteId, id });

      expect(await row()).toMatchObject({ state: "revoked", secretEncrypted: null });
      expect(await view()).toMatchObject({ path: null });
      expect(await db().notice.count({ where: { kind: "share-revoked" } })).toBe(1);
    });

    it("has not ended when it was there in between", async () => {
      await look();
      await since(9);
      await look();
      const there = PROPERTIES.replace(HREF, "/dav/ocm/s1");
      peer.on("/dav/ocm/s1", { status: 207, text: there, headers: { "content-type": "application/xml" } });

      await confirmGone({ siteId: bob.siteId, id });

      expect(await row()).toMatchObject({ state: "accepted", goneSince: null, goneLooks: 0, failure: null });
    });

    it("has not ended however long that cloud is away or fails", async () => {
      await look();
      await since(100);
      peer.on("/dav/ocm/s1", { status: 500, json: {} });
      await confirmGone({ siteId: bob.siteId, id });
      await peer.stop();

      await confirmGone({ siteId: bob.siteId, id });

      expect(await row()).toMatchObject({ state: "accepted", goneLooks: 1 });
      expect(await queued()).toEqual([1]);
      await peer.startAgain();
    });
  });

  it("says that the cloud is away, and forgets it once it is back", async () => {
    const tree = await receivedTree(bob, id);
    await peer.stop();
    await expect(tree.stat(["hut.txt"])).rejects.toMatchObject({ code: "PEER_UNREACHABLE" });
    const away = await view();
    await peer.startAgain();
    peer.on(HREF, { status: 207, text: PROPERTIES, headers: { "content-type": "application/xml" } });

    await (await receivedTree(bob, id)).stat(["hut.txt"]);

    expect(away.failure).toContain("cannot be reached");
    expect(await view()).toMatchObject({ failure: null });
  });

  it("cannot be written by a viewer, whatever the other cloud would let him", async () => {
    const tree = await receivedTree(bob, id);

    await expect(tree.remove(["hut.txt"])).rejects.toMatchObject({ code: "READ_ONLY" });
    expect(peer.requestsTo(HREF)).toEqual([]);
  });
});

it("ends with the contact, in both directions, and both are told", async () => {
  const alice = { kind: "contact", id: contactId } as const;
  const { id: nodeId } = await makeFolder(bob, "Mine");
  const sent = await sendShare(bob, { nodeId, recipient: alice, role: "viewer", expiresAt: null, note: "" });
  peer.on("/ocm/shares", { status: 201, json: {} });
  peer.on("/ocm/notifications", { status: 201, json: {} });
  await deliverAll();
  await db().contact.updateMany({ where: { id: contactId }, data: { removedAt: new Date() } });

  await endSharesWithContact({ siteId: bob.siteId, contactId });
  await endSharesWithContact({ siteId: bob.siteId, contactId });
  await deliverAll();

  expect(await view()).toMatchObject({ state: "left", path: null });
  expect(await getSentShare(bob, sent.id)).toMatchObject({ state: "revoked" });
  const told = peer.requestsTo("/ocm/notifications").map(({ body }) => JSON.parse(`${body}`));
  expect(told.map(({ notificationType, providerId }) => [notificationType, providerId])).toEqual([
    ["SHARE_ACCEPTED", "s1"],
    ["SHARE_DECLINED", "s1"],
    ["SHARE_UNSHARED", sent.id],
  ]);
});

describe("a share that needs a second factor", () => {
  const shown = () => ({ ...bob, secondFactorAt: new Date() });
  const refused = { status: 403, code: "SECOND_FACTOR_REQUIRED" };
  beforeEach(async () => {
    await db().receivedShare.updateMany({ data: { requirements: ["must-exchange-token", "must-use-mfa"] } });
  });

  it("is opened for whoever has shown one of late, and its cloud is not even asked for others", async () => {
    const longAgo = { ...bob, secondFactorAt: new Date(Date.now() - 12 * 3_600_000) };
    for (const one of [bob, longAgo, { siteId: bob.siteId, userId: bob.userId }]) {
      await expect(receivedTree(one, id)).rejects.toMatchObject(refused);
      await expect(requireReceived(one, id)).rejects.toMatchObject(refused);
    }
    expect(peer.requests).toEqual([]);

    await receivedTree(shown(), id);

    await requireReceived(shown(), id);
    expect(forms()).toHaveLength(1);
  });

  it("stands in the list of files all the same, and opens from there only so", async () => {
    const { path } = await view();
    expect((await view()).needsSecondFactor).toBe(true);

    expect((await drive(bob).list([], {})).items).toMatchObject([{ receivedShareId: id }]);
    const name = path?.slice(1) ?? "";
    await expect(drive(bob).list([name], {})).rejects.toMatchObject(refused);
    await expect(drive(bob).read([name, "hut.txt"])).rejects.toMatchObject(refused);
    await expect(drive(bob).makeFolder([name, "New"])).rejects.toMatchObject(refused);
    await expect(drive(bob).copy([name], ["Copy"])).rejects.toMatchObject(refused);
  });
});
