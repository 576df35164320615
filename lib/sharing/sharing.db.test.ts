import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { db } from "@/lib/core/db";
import { forbidden } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import type { Tree } from "@/lib/files/tree";
import { accessToShare } from "@/lib/sharing/received/access";
import { acceptShare, declineShare, leaveShare } from "@/lib/sharing/received/answer-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { lastKnownTree, receivedTree, requireReceived } from "@/lib/sharing/received/received-tree";
import type { SentShareView } from "@/lib/sharing/schema";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { getSentShare, listSentShares } from "@/lib/sharing/sent/sent-shares";
import { sharePrincipalOfBearer } from "@/lib/sharing/sent/share-access";
import { retryShare, updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { keysOfProvider } from "@/lib/trust/provider-keys";
import { type Cloud, deliverAll, type Friends, makeFolder, noticesOf, SETTINGS, startFriends } from "@/tests/clouds";
import { makeFile } from "@/tests/make-files";

const TOMORROW = new Date(Math.floor(Date.now() / 1000) * 1000 + 86_400_000).toISOString();

describe.each(SETTINGS)("between %s", (setting) => {
  let pair: Friends;
  let here: Cloud;
  let there: Cloud;
  let alice: UserPrincipal;
  let bob: UserPrincipal;
  let bobAtAlices: string;

  beforeEach(async () => {
    pair = await startFriends(setting);
    ({ here, there, alice, bob } = pair);
    bobAtAlices = pair.bobAtAlices.id;
  });
  afterEach(() => pair.stop());

  async function send(
    input: { note?: string; expiresAt?: string | null; nodeId?: string } = {},
  ): Promise<SentShareView> {
    const { note = "", expiresAt = null, nodeId = (await makeFolder(alice)).id } = input;
    return sendShare(alice, {
      nodeId,
      recipient: { kind: "contact", id: bobAtAlices },
      role: "viewer",
      expiresAt,
      note,
    });
  }
  const sent = (share: SentShareView) => getSentShare(alice, share.id);
  const received = async () => (await listReceivedShares(bob)).items;
  const offer = async () => {
    const [first] = await received();
    if (!first) throw new Error("Nothing was offered.");
    return first;
  };

  describe("a share between two clouds", () => {
    it("is queued, offered, accepted, opened, changed and revoked, and both sides see it", async () => {
      const share = await send({ note: "From the hut", expiresAt: TOMORROW });
      expect(share).toMatchObject({ state: "queued", name: "Photos", path: "/Photos", recipientName: "Bob" });

      await deliverAll();
      expect(await sent(share)).toMatchObject({ state: "delivered", untold: null });
      const offered = await offer();
      expect(offered).toMatchObject({
        ...{ name: "Photos", kind: "folder", senderName: "Alice", provider: here.site.provider, isFromContact: true },
        ...{ role: "viewer", note: "From the hut", expiresAt: TOMORROW, state: "pending", path: null },
      });
      expect(await noticesOf(bob)).toEqual(["share-offered"]);

      expect(await acceptShare(bob, offered.id)).toMatchObject({ state: "accepted", path: "/Photos" });
      await deliverAll();
      expect(await sent(share)).toMatchObject({ state: "accepted" });
      expect(await noticesOf(alice)).toEqual(["share-accepted"]);

      const { baseUrl, authorization } = await accessToShare(bob.siteId, offered.id);
      const accessToken = authorization.replace("Bearer ", "");
      expect(baseUrl).toBe(`${here.site.origin}/dav/ocm/${share.id}`);
      const principal = await sharePrincipalOfBearer(alice.siteId, share.id, accessToken);
      expect(principal).toMatchObject({ ownerId: alice.userId, nodeId: share.nodeId, role: "viewer" });

      const changed = await updateSentShare(alice, share.id, { role: "editor", expiresAt: null });
      expect(changed).toMatchObject({
        state: "accepted",
        role: "editor",
        untold: { hasGivenUp: false, failure: null },
      });
      expect(await sharePrincipalOfBearer(alice.siteId, share.id, accessToken)).toMatchObject({ role: "editor" });
      await deliverAll();
      expect(await offer()).toMatchObject({ role: "editor", expiresAt: null });
      expect(await sent(share)).toMatchObject({ untold: null });

      expect(await revokeShare(alice, share.id)).toMatchObject({ state: "revoked" });
      await expect(sharePrincipalOfBearer(alice.siteId, share.id, accessToken)).rejects.toMatchObject({ status: 401 });
      await deliverAll();
      expect(await offer()).toMatchObject({ state: "revoked", path: null });
      expect(await noticesOf(bob)).toEqual(["share-offered", "share-changed", "share-revoked"]);
      expect((await listSentShares(alice)).items).toEqual([]);
      const { secretHash, secretEncrypted } = await db().sentShare.findFirstOrThrow();
      const given = await db().receivedShare.findFirstOrThrow();
      expect([secretHash, secretEncrypted, given.secretEncrypted, given.accessTokenEncrypted]).toEqual([
        ...[null, null, null, null],
      ]);
    });

    it("can be declined, and shared again", async () => {
      const share = await send();
      await deliverAll();

      await declineShare(bob, (await offer()).id);
      await deliverAll();

      expect(await sent(share)).toMatchObject({ state: "declined" });
      expect(await noticesOf(alice)).toEqual(["share-declined"]);
      expect(await received()).toEqual([]);
      const again = await send({ nodeId: share.nodeId ?? "" });
      await deliverAll();
      expect((await listSentShares(alice)).items).toMatchObject([{ id: again.id, state: "delivered" }]);
      expect(await received()).toMatchObject([{ state: "pending" }]);
    });

    it("can be left after acceptance", async () => {
      const share = await send();
      await deliverAll();
      await acceptShare(bob, (await offer()).id);
      await deliverAll();

      await leaveShare(bob, (await offer()).id);
      await deliverAll();

      expect(await sent(share)).toMatchObject({ state: "left" });
      expect(await noticesOf(alice)).toEqual(["share-accepted", "share-left"]);
      expect(await db().fileNode.count({ where: { ownerId: bob.userId, kind: "mount" } })).toBe(0);
    });

    it("is accepted by the first exchange of its secret, if the answer is still on its way", async () => {
      const share = await send();
      await deliverAll();
      await acceptShare(bob, (await offer()).id);

      await accessToShare(bob.siteId, (await offer()).id);

      expect(await sent(share)).toMatchObject({ state: "accepted" });
      await deliverAll();
      expect(await noticesOf(alice)).toEqual(["share-accepted"]);
    });
  });

  describe("what is shared", () => {
    let share: SentShareView;
    let tree: Tree;
    beforeEach(async () => {
      share = await send();
      await ownTree(alice).write(["Photos", "hut.txt"], Readable.from([Buffer.from("A hut.")]));
      await deliverAll();
      await acceptShare(bob, (await offer()).id);
      tree = await receivedTree(bob, (await offer()).id);
    });
    const write = (name: string) => tree.write([name], Readable.from([Buffer.from("Written by Bob.")]));

    it("is listed, read and, once that is granted, written at the sender's cloud", async () => {
      expect((await tree.list([])).items).toMatchObject([{ name: "hut.txt", kind: "file", size: 6, canWrite: false }]);
      expect(await text((await tree.read(["hut.txt"])).body)).toBe("A hut.");
      await expect(write("new.txt")).rejects.toMatchObject({ code: "READ_ONLY" });

      await updateSentShare(alice, share.id, { role: "editor" });
      await deliverAll();
      tree = await receivedTree(bob, (await offer()).id);
      await write("new.txt");
      await tree.move(["new.txt"], ["newer.txt"]);

      const { body } = await ownTree(alice).read(["Photos", "newer.txt"]);
      expect(await text(body)).toBe("Written by Bob.");
      expect(await offer()).toMatchObject({ reachedAt: expect.any(String), failure: null });
    });

    it("is fetched from the other server, or read straight from the store where there is none", async () => {
      await updateSentShare(alice, share.id, { role: "editor" });
      await deliverAll();
      const tree = await receivedTree(bob, (await offer()).id);
      const before = pair.davRequests();
      const written = await tree.write(["new.txt"], Readable.from([Buffer.from("new")]), { size: 3 });
      const listed = (await tree.list([])).items;
      const { body } = await tree.read(["new.txt"], { range: { first: 1 } });

      expect(await text(body)).toBe("ew");
      expect(listed.map(({ name }) => name)).toEqual(["hut.txt", "new.txt"]);
      expect(listed[1]).toEqual(written.entry);
      expect(written.entry.id).toMatch(/^remote-/);
      expect(pair.davRequests() > before).toBe(setting === "two servers");
    });

    it("is kept here as it was last seen, whichever way it was looked at", async () => {
      const before = pair.davRequests();
      const known = await lastKnownTree(bob, (await offer()).id);
      const { items } = await known.list([]);

      expect(items).toEqual((await tree.list([])).items);
      expect(items).toMatchObject([{ name: "hut.txt", size: 6, canWrite: false }]);
      expect(await db().knownEntry.count({ where: { name: "hut.txt" } })).toBe(1);
      expect(pair.davRequests() > before).toBe(setting === "two servers");
    });

    it("refuses in the same words, whichever way it is asked", async () => {
      await updateSentShare(alice, share.id, { role: "editor" });
      await deliverAll();
      tree = await receivedTree(bob, (await offer()).id);
      await db().user.updateMany({ where: { id: alice.userId }, data: { quota: 10 } });
      const saidTo = (work: Promise<unknown>) =>
        work.then(
          () => "",
          (error) => `${error.code}: ${error.message}`,
        );
      const body = () => Readable.from([Buffer.from("Far more than ten bytes.")]);
      const stale = { ifMatch: "another" };

      const refusals = [
        await saidTo(tree.write(["new.txt"], body(), { size: 24 })),
        await saidTo(tree.stat(["no.txt"])),
        await saidTo(tree.read(["no.txt"])),
        await saidTo(tree.write(["hut.txt"], Readable.from([Buffer.from("x")]), { size: 1, ...stale })),
      ];

      const at = here.site.provider;
      expect(refusals).toEqual([
        `QUOTA_EXCEEDED: There is no space left for this on ${at}.`,
        `NODE_NOT_FOUND: This is no longer there on ${at}.`,
        `NODE_NOT_FOUND: This is no longer there on ${at}.`,
        `ETAG_MISMATCH: This was changed on ${at} in the meantime.`,
      ]);
    });

    it("is changed in one store only while whoever changes it may", async () => {
      await updateSentShare(alice, share.id, { role: "editor" });
      await deliverAll();
      const never = { name: "never", text: "SELECT 1 / count(*) FROM (SELECT 1 WHERE false) AS nothing", values: [] };
      const refuse = async () => {
        throw forbidden("SIGNED_OUT", "Nobody is signed in any more.");
      };
      tree = await receivedTree(bob, (await offer()).id, { statements: [never], refuse });

      // Another server is asked at once, and knows nothing of who is signed in here.
      if (setting === "two servers") return expect(await write("new.txt")).toMatchObject({ created: true });
      await expect(write("new.txt")).rejects.toMatchObject({ code: "SIGNED_OUT" });
      await expect(tree.stat(["new.txt"])).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
    });

    it("says who wrote what is written in it", async () => {
      await updateSentShare(alice, share.id, { role: "editor" });
      await deliverAll();
      tree = await receivedTree(bob, (await offer()).id);
      await tree.write(["hut.txt"], Readable.from([Buffer.from("Bob's.")]));

      const file = await db().fileNode.findFirstOrThrow({ where: { siteId: alice.siteId, name: "hut.txt" } });
      expect(file.writtenBy).toBe(`Bob · ${there.site.provider}`);
    });

    it("ends in the middle of what is read and written in it, though the receiver has not heard of it", async () => {
      await updateSentShare(alice, share.id, { role: "editor" });
      await deliverAll();
      await makeFile(alice, "/Photos/big", "x".repeat(40_000_000));
      tree = await receivedTree(bob, (await offer()).id);
      vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
      const [whole, broken] = [(await tree.read(["big"])).body, (await tree.read(["big"])).body];
      const upload = new PassThrough();
      upload.on("error", () => {});
      const written = tree.write(["new.txt"], upload, {}).then(
        () => "written",
        () => "broken off",
      );
      upload.write("The first half");
      await vi.advanceTimersByTimeAsync(30_000);
      const length = (await text(whole)).length;

      await revokeShare(alice, share.id);
      await vi.advanceTimersByTimeAsync(30_000);
      vi.useRealTimers();

      expect(length).toBe(40_000_000);
      await expect(text(broken)).rejects.toThrow();
      expect(await written).toBe("broken off");
    });

    it("cannot be written once that is taken back, though the receiver has not heard of it", async () => {
      await updateSentShare(alice, share.id, { role: "editor" });
      await deliverAll();
      tree = await receivedTree(bob, (await offer()).id);
      await updateSentShare(alice, share.id, { role: "viewer" });

      await expect(write("new.txt")).rejects.toMatchObject({ code: "READ_ONLY" });
    });

    it("closes at once when it is revoked, and the receiver is told what that may mean", async () => {
      await tree.stat([]);
      await revokeShare(alice, share.id);

      await expect(tree.list([])).rejects.toMatchObject({ code: "PEER_SHARE_GONE" });

      expect((await offer()).failure).toContain("Alice may have ended the share");
      await deliverAll();
      await expect(receivedTree(bob, (await offer()).id)).rejects.toMatchObject({ code: "SHARE_ENDED" });
    });

    it("is away, not gone, while its sender is disabled", async () => {
      await tree.stat([]);
      await db().user.updateMany({ where: { id: alice.userId }, data: { disabledAt: new Date() } });

      await expect(tree.list([])).rejects.toMatchObject({ status: 503, code: "PEER_BUSY" });
      await db().user.updateMany({ where: { id: alice.userId }, data: { disabledAt: null } });

      expect((await tree.list([])).items).toHaveLength(1);
      expect(await offer()).toMatchObject({ state: "accepted", failure: null });
    });

    it("is out of reach while either cloud blocks the other", async () => {
      await tree.stat([]);
      const block = (cloud: Cloud, other: Cloud, standing: "blocked" | "unlisted") =>
        db().provider.updateMany({
          where: { siteId: cloud.site.id, provider: other.site.provider },
          data: { standing },
        });

      await block(here, there, "blocked");
      await expect(tree.stat([])).rejects.toMatchObject({ code: "PEER_BUSY" });
      expect((await listSentShares(alice)).items).toMatchObject([{ state: "accepted", isSuspended: true }]);
      await block(here, there, "unlisted");
      expect((await listSentShares(alice)).items).toMatchObject([{ isSuspended: false }]);
      await block(there, here, "blocked");
      const { id } = await offer();
      await expect(receivedTree(bob, id)).rejects.toMatchObject({ code: "PROVIDER_NOT_TRUSTED" });
      await block(there, here, "unlisted");

      expect(await (await receivedTree(bob, id)).stat([])).toMatchObject({ kind: "folder" });
    });
  });

  it("is known at its cloud by its secret alone, whatever that cloud called it", async () => {
    await send();
    await deliverAll();
    const { id } = await acceptShare(bob, (await offer()).id);
    await db().sentShare.updateMany({ data: { answer: "pending" } });
    await db().receivedShare.updateMany({ where: { siteId: bob.siteId }, data: { providerId: "not-an-id" } });

    const tree = await receivedTree(bob, id);

    expect(await tree.stat([])).toMatchObject({ kind: "folder" });
    expect(await db().sentShare.findFirst()).toMatchObject({ answer: "accepted" });
    expect(await requireReceived(bob, id)).toBeUndefined();
  });

  describe("when the other cloud is away", () => {
    it("waits, says why, and is delivered by hand once it is back", async () => {
      await meet();
      there.setAway(true);
      const share = await send();
      await deliverAll();
      expect(await sent(share)).toMatchObject({
        state: "queued",
        untold: { hasGivenUp: false, failure: expect.stringContaining(".") },
      });
      there.setAway(false);

      expect(await retryShare(alice, share.id)).toMatchObject({ state: "queued" });
      await deliverAll();

      expect(await sent(share)).toMatchObject({ state: "delivered", untold: null });
    });

    it("is offered once although the answer to the first offer was lost", async () => {
      const share = await send();
      await meet();
      there.loseAnswers(true);
      await deliverAll();
      there.loseAnswers(false);
      const between = await sent(share);

      await deliverAll();

      expect(between.state).toBe("queued");
      expect(await sent(share)).toMatchObject({ state: "delivered" });
      expect(await received()).toHaveLength(1);
      expect(await noticesOf(bob)).toEqual(["share-offered"]);
    });

    it("offers what is wanted by now, not what was wanted when the answer was lost", async () => {
      const share = await send();
      await meet();
      there.loseAnswers(true);
      await deliverAll();
      there.loseAnswers(false);

      await updateSentShare(alice, share.id, { role: "editor" });
      await deliverAll();

      expect(await received()).toMatchObject([{ role: "editor" }]);
      expect(await sent(share)).toMatchObject({ state: "delivered", untold: null });
    });

    it("takes back an offer whose answer was lost", async () => {
      const share = await send();
      await meet();
      there.loseAnswers(true);
      await deliverAll();
      there.loseAnswers(false);

      await revokeShare(alice, share.id);
      await deliverAll();

      expect(await received()).toMatchObject([{ state: "revoked" }]);
    });

    it("says nothing of a share that is revoked before it was ever offered", async () => {
      const share = await send();

      await revokeShare(alice, share.id);
      await deliverAll();

      expect(await received()).toEqual([]);
      expect(await db().delivery.findFirstOrThrow()).toMatchObject({ knownVersion: 2, failure: null });
    });

    it("tells the sender when it gives up", async () => {
      await db().contact.updateMany({ where: { userId: alice.userId }, data: { identifier: "nobody" } });

      const share = await send();
      await deliverAll();

      const failure = "The other cloud knows nobody of this address.";
      expect(await sent(share)).toMatchObject({ state: "failed", untold: { failure }, isNobodyThere: true });
      expect(await noticesOf(alice)).toEqual(["share-failed"]);
    });
  });

  it("is taken back when it is revoked in the middle of its delivery", async () => {
    const share = await send();
    await meet();

    await Promise.all([deliverAll(), revokeShare(alice, share.id)]);
    await deliverAll();

    const states = (await received()).map(({ state }) => state);
    expect(["", "revoked"]).toContain(states.join());
    const { knownVersion, wantedVersion } = await db().delivery.findFirstOrThrow();
    expect(knownVersion).toBe(wantedVersion);
  });

  /** Discovery and keys are known to both sides, so that what follows meets only the request itself. */
  async function meet(): Promise<void> {
    await discoverProvider(alice.siteId, there.site.provider);
    await keysOfProvider(bob.siteId, here.site.provider);
  }
});
