import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acceptInvite } from "@/lib/contacts/accept-invite";
import { createInvite } from "@/lib/contacts/invites";
import { removeContact } from "@/lib/contacts/remove-contact";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { decryptSecret } from "@/lib/core/secrets";
import { ownTree } from "@/lib/files/own-tree";
import { formatOcmAddress } from "@/lib/protocol/ocm/address";
import { endSharesWithContact } from "@/lib/sharing/end-shares";
import { acceptShare, leaveShare } from "@/lib/sharing/received/answer-share";
import { measureReceivedShare } from "@/lib/sharing/received/measure-received-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { receivedTree } from "@/lib/sharing/received/received-tree";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { getSentShare } from "@/lib/sharing/sent/sent-shares";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { makeKeyPairs, stageKeys } from "@/lib/sites/change-keys";
import { forgetKeys } from "@/lib/sites/keys";
import { type Cloud, deliverAll, startCloud } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { bytes, contentOf, makeFile, namesIn } from "@/tests/make-files";
import { memoryTree } from "@/tests/memory-tree";
import { FIRST_KEY_FAMILY, NARROW_FAMILIES, NEWEST_FAMILIES, type NewestPeer, startNewestPeer } from "./newest";

const ALL = Object.entries(NEWEST_FAMILIES).map(([name, family]) => ({ name, family }));

describe.each(ALL)("with $name", ({ family }) => {
  let here: Cloud;
  let there: NewestPeer;
  let alice: UserPrincipal;

  beforeEach(async () => {
    [here, there] = [await startCloud(), await startNewestPeer(family)];
    alice = await makeUser({ site: here.site, userName: "alice", displayName: "Alice" });
  });
  afterEach(() => Promise.all([here.stop(), there.stop()]));

  const connect = () => acceptInvite(alice, { token: there.invite(), provider: there.provider });
  const contact = () => db().contact.findFirstOrThrow({ where: { userId: alice.userId } });
  const received = async () => {
    const [share] = (await listReceivedShares(alice)).items;
    if (!share) throw new Error("Nothing was received.");
    return share;
  };

  it("an invite of theirs makes a contact", async () => {
    await connect();

    expect(await contact()).toMatchObject({ identifier: there.me.userID, displayName: "Bob" });
  });

  it("an invite of ours is used by them, once", async () => {
    await createInvite(alice, { note: "" });
    const { tokenEncrypted } = await db().invite.findFirstOrThrow();
    const token = decryptSecret("invite", tokenEncrypted ?? "");

    const first = await there.accept(here.site.provider, token);
    const second = await there.accept(here.site.provider, token, { nonce: "another" });

    const { identifier, ourIdentifier } = await contact();
    expect([first.status, second.status, identifier]).toEqual([200, 409, there.me.userID]);
    expect([first.json, second.json]).toEqual(Array(2).fill(expect.objectContaining({ userID: ourIdentifier })));
  });

  it("nothing is believed that is not signed, here or there", async () => {
    const message = { notificationType: "SHARE_UNSHARED", resourceType: "file", providerId: "x" };
    const init = { method: "POST", body: JSON.stringify(message), headers: { "content-type": "application/json" } };

    const statuses = [`${here.site.origin}/ocm/notifications`, `${there.origin}/ocm/notifications`].map(
      async (url) => (await fetch(url.replace("peer.localhost", "127.0.0.1"), init)).status,
    );

    expect(await Promise.all(statuses)).toEqual([401, 401]);
  });

  describe("a share of ours", () => {
    async function send(role: "viewer" | "editor" = "viewer", path = "Photos/hut.txt") {
      await connect();
      await makeFile(alice, "/Photos/hut.txt", "A hut.");
      const { id: nodeId } = await ownTree(alice).stat(path.split("/"));
      const recipient = { kind: "contact", id: (await contact()).id } as const;
      const { id } = await sendShare(alice, { nodeId, recipient, role, expiresAt: null, note: "" });
      await deliverAll();
      return { id, offered: there.taken[0] };
    }
    const opened = async (role?: "viewer" | "editor", path?: string) => {
      const { id, offered } = await send(role, path);
      if (!offered) throw new Error("Nothing was offered.");
      const { json } = await there.exchange(offered);
      return { id, offered, token: json.access_token as string };
    };

    it("is taken, exchanged and read", async () => {
      const { id, offered, token } = await opened();
      const { status } = await there.answer(offered, "SHARE_ACCEPTED");

      expect([status, (await getSentShare(alice, id)).state]).toEqual([201, "accepted"]);
      expect((await there.open(offered, token)).text).toBe("A hut.");
      expect((await there.open(offered, offered.secret)).status).toBe(401);
    });

    if (family.knowsPropfind)
      it("may be a folder, listed, and written once its role lets", async () => {
        const { id, offered, token } = await opened("viewer", "Photos");
        const listing = await there.open(offered, token, "/", { method: "PROPFIND" });
        const before = await there.open(offered, token, "/new.txt", { method: "PUT", body: "new" });
        await updateSentShare(alice, id, { role: "editor" });
        await deliverAll();
        const after = await there.open(offered, token, "/new.txt", { method: "PUT", body: "new" });

        expect(listing.text).toContain("hut.txt");
        expect([before.status, after.status]).toEqual([403, 201]);
      });

    if (!family.knowsPropfind)
      it("that it does not support is said to be refused", async () => {
        const { id } = await send("viewer", "Photos");

        expect(there.taken).toEqual([]);
        expect(await getSentShare(alice, id)).toMatchObject({ untold: { failure: expect.stringMatching(/./) } });
      });

    it("opens nothing once it is taken back, and they are told", async () => {
      const { id, offered, token } = await opened();

      await revokeShare(alice, id);
      await deliverAll();

      expect((await there.open(offered, token)).status).toBe(401);
      expect(there.taken).toMatchObject([{ isEnded: true }]);
      expect(await db().delivery.findFirst()).toMatchObject({ failure: null, gaveUpAt: null });
    });

    it("tells the end of each share when its contact is removed", async () => {
      const { offered, token } = await opened();
      const { id: contactId } = await contact();

      await removeContact(alice, contactId);
      await endSharesWithContact({ siteId: alice.siteId, contactId });
      await deliverAll();

      expect((await there.open(offered, token)).status).toBe(401);
      expect(there.taken).toMatchObject([{ isEnded: true }]);
      expect(await db().delivery.count({ where: { gaveUpAt: { not: null } } })).toBe(0);
      expect(await connect()).toMatchObject({ contact: { displayName: "Bob" } });
    });

    it("is given back by whoever got it", async () => {
      const { id, offered, token } = await opened();

      const { status } = await there.answer(offered, "SHARE_DECLINED");

      expect([status, (await getSentShare(alice, id)).state]).toEqual([201, "left"]);
      expect((await there.open(offered, token)).status).toBe(401);
    });
  });

  describe("a share of theirs", () => {
    async function offer(
      name: string,
      tree = memoryTree({ "": "A lake." }, { rootName: name }),
      permissions = ["read"],
    ) {
      await connect();
      const { ourIdentifier } = await contact();
      const shareWith = formatOcmAddress({ identifier: ourIdentifier, provider: here.site.provider });
      return there.share(shareWith, name, tree, permissions);
    }

    it("is taken, measured and read, and they are told", async () => {
      const { status, json, secret } = await offer("lake.txt");
      const { id } = await acceptShare(alice, (await received()).id);
      await deliverAll();
      await measureReceivedShare({ siteId: alice.siteId, id });

      expect([status, json]).toEqual([201, expect.objectContaining({ recipientDisplayName: "Alice" })]);
      expect(there.given.get(secret)?.answers).toEqual(["SHARE_ACCEPTED"]);
      expect(await received()).toMatchObject({ isFromContact: true, kind: "file", failure: null });
      expect((await ownTree(alice).list([])).items).toMatchObject([{ name: "lake.txt", size: 7, canWrite: false }]);
      expect(await contentOf(await receivedTree(alice, id), "/")).toBe("A lake.");
    });

    if (family.knowsPropfind)
      it("may be a folder that is called a file, and is written", async () => {
        await offer("Lakes", memoryTree({ "lake.txt": "A lake." }), ["read", "write"]);
        const { id } = await acceptShare(alice, (await received()).id);
        const tree = await receivedTree(alice, id);
        const names = await namesIn(tree);
        await tree.write(["new.txt"], bytes("new"), { size: 3, ifAbsent: true });

        expect([names, (await received()).kind]).toEqual([["lake.txt"], "folder"]);
        expect(await contentOf(await receivedTree(alice, id), "/new.txt")).toBe("new");
      });

    it("ends when they take it back", async () => {
      const { secret } = await offer("lake.txt");
      await acceptShare(alice, (await received()).id);

      const { status } = await there.unshare(here.site.provider, secret);

      expect([status, (await received()).state]).toEqual([201, "revoked"]);
    });

    it("is given back, and they are told", async () => {
      const { secret } = await offer("lake.txt");
      const { id } = await acceptShare(alice, (await received()).id);
      await deliverAll();

      await leaveShare(alice, id);
      await deliverAll();

      expect(there.given.get(secret)?.answers).toEqual(["SHARE_ACCEPTED", "SHARE_DECLINED"]);
    });
  });
});

describe.each(Object.entries(NARROW_FAMILIES))("with a cloud that can check %s only", (_name, family) => {
  let here: Cloud;
  let there: NewestPeer;
  let alice: UserPrincipal;

  beforeEach(async () => {
    [here, there] = [await startCloud(), await startNewestPeer(family)];
    alice = await makeUser({ site: here.site, userName: "alice", displayName: "Alice" });
  });
  afterEach(() => Promise.all([here.stop(), there.stop()]));
  const connect = () => acceptInvite(alice, { token: there.invite(), provider: there.provider });

  it("all goes both ways, because its keys show what it can check", async () => {
    await connect();
    const contact = await db().contact.findFirstOrThrow();
    await makeFile(alice, "/hut.txt", "A hut.");
    const { id: nodeId } = await ownTree(alice).stat(["hut.txt"]);
    const recipient = { kind: "contact", id: contact.id } as const;
    const { id } = await sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
    await deliverAll();
    const [offered] = there.taken;
    if (!offered) throw new Error("Nothing was offered.");
    const { json } = await there.exchange(offered);
    const { text } = await there.open(offered, json.access_token);
    const { status } = await there.answer(offered, "SHARE_ACCEPTED");
    const shareWith = formatOcmAddress({ identifier: contact.ourIdentifier, provider: here.site.provider });
    const tree = memoryTree({ "": "A lake." }, { rootName: "lake.txt" });
    const { secret } = await there.share(shareWith, "lake.txt", tree);
    const [received] = (await listReceivedShares(alice)).items;
    await acceptShare(alice, received?.id ?? "");
    await revokeShare(alice, id);
    await deliverAll();

    expect([text, status]).toEqual(["A hut.", 201]);
    expect(there.taken).toMatchObject([{ isEnded: true }]);
    expect(there.given.get(secret)?.answers).toEqual(["SHARE_ACCEPTED"]);
    expect(await contentOf(await receivedTree(alice, received?.id ?? ""), "/")).toBe("A lake.");
  });

  it("nothing is believed that is signed as an administrator wrongly says", async () => {
    await db().provider.create({ data: { siteId: here.site.id, provider: there.provider, signature: "ed25519" } });

    await expect(connect()).rejects.toMatchObject({ status: 502 });
    expect(await db().contact.count()).toBe(0);
  });
});

it("a cloud that reads only the first of our keys believes us, also while the next ones stand beside it", async () => {
  const [here, there] = [await startCloud(), await startNewestPeer(FIRST_KEY_FAMILY)];
  const alice = await makeUser({ site: here.site, userName: "alice" });
  const bobs = () => acceptInvite(alice, { token: there.invite(), provider: there.provider });
  const before = await bobs();
  const pairs = await makeKeyPairs();
  await db().$transaction((tx) => stageKeys(tx, here.site.id, pairs));
  forgetKeys();

  const after = await bobs();

  expect([before, after].map(({ contact }) => contact.displayName)).toEqual(["Bob", "Bob"]);
  await Promise.all([here.stop(), there.stop()]);
});
