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
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { receivedTree } from "@/lib/sharing/received/received-tree";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { getSentShare, listSentShares } from "@/lib/sharing/sent/sent-shares";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { type Cloud, deliverAll, startCloud } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { bytes, contentOf, makeFile, namesIn } from "@/tests/make-files";
import { memoryTree } from "@/tests/memory-tree";
import { REVA_FAMILIES, type Reva, startReva, type Taken } from "./reva";

const ALL = Object.entries(REVA_FAMILIES).map(([name, family]) => ({ name, family }));

describe.each(ALL)("with $name", ({ family }) => {
  let here: Cloud;
  let there: Reva;
  let alice: UserPrincipal;

  beforeEach(async () => {
    [here, there] = [await startCloud(), await startReva(family)];
    const listing = { siteId: here.site.id, provider: there.provider, acceptsUnsigned: true };
    await db().provider.create({ data: listing });
    alice = await makeUser({ site: here.site, userName: "alice", displayName: "Alice" });
  });
  afterEach(() => Promise.all([here.stop(), there.stop()]));

  const connect = () => acceptInvite(alice, { token: there.invite(), provider: there.provider });
  const contact = () => db().contact.findFirstOrThrow({ where: { userId: alice.userId } });
  const at = (path: string) => `${here.site.origin}/ocm${path}`;

  it("an invite of theirs makes a contact, under the name that they gave", async () => {
    await connect();

    expect(await contact()).toMatchObject({ identifier: family.idOf("bob"), displayName: "Bob" });
  });

  it("an invite of ours is used by them", async () => {
    await createInvite(alice, { note: "" });
    const { tokenEncrypted } = await db().invite.findFirstOrThrow();
    const token = decryptSecret("invite", tokenEncrypted ?? "");

    const { status, json } = await there.post(at("/invite-accepted"), there.acceptance(token));

    const { identifier, ourIdentifier } = await contact();
    expect([status, json]).toEqual([200, expect.objectContaining({ userID: ourIdentifier, name: "Alice" })]);
    expect(identifier).toBe(family.idOf("bob"));
  });

  describe("a share of ours", () => {
    async function send(role: "viewer" | "editor" = "viewer") {
      await connect();
      await makeFile(alice, "/Photos/hut.txt", "A hut.");
      const { id: nodeId } = await ownTree(alice).stat(["Photos"]);
      const recipient = { kind: "contact", id: (await contact()).id } as const;
      const { id } = await sendShare(alice, { nodeId, recipient, role, expiresAt: null, note: "" });
      await deliverAll();
      const [offered] = there.taken;
      if (!offered) throw new Error("Nothing was offered.");
      return { id, offered };
    }
    const write = (share: Taken) => there.open(share, "/new.txt", { method: "PUT", body: "new" });
    async function change(id: string, role: "viewer" | "editor") {
      await updateSentShare(alice, id, { role });
      await deliverAll();
      await deliverAll();
    }
    /** What it was offered last. */
    function present(): Taken {
      const last = there.taken.at(-1);
      if (!last) throw new Error("Nothing was offered.");
      return last;
    }

    it("is taken, listed, read, and written once its role lets", async () => {
      const { id, offered } = await send();
      const listing = await there.open(offered, "/", { method: "PROPFIND" });
      const before = await write(offered);
      await change(id, "editor");
      const after = await write(present());

      expect(await getSentShare(alice, id)).toMatchObject({ state: "delivered", untold: null });
      expect(listing.text).toContain("hut.txt");
      expect((await there.open(present(), "/hut.txt")).text).toBe("A hut.");
      expect([before.status, after.status]).toEqual([403, 201]);
    });

    it("is ended there and offered under its name with another role", async () => {
      const { id, offered } = await send("editor");
      const first = { ...offered };

      await change(id, "viewer");

      const [shown, ...more] = (await listSentShares(alice)).items;
      expect([shown, more]).toEqual([expect.objectContaining({ id, role: "viewer", isOfferedAgain: true }), []]);
      expect(present()).toMatchObject({ name: "Photos", permissions: ["read"], isEnded: false });
      expect([present().providerId === first.providerId, present().secret === first.secret]).toEqual([false, false]);
      expect(offered.isEnded).toBe(family.heeds);
      expect((await there.open(first, "/hut.txt")).status).toBe(401);
    });

    it("obeys another role before that is told, and is open until its end is", async () => {
      const { id, offered } = await send("editor");

      await updateSentShare(alice, id, { role: "viewer" });

      expect([(await write(offered)).status, (await there.open(offered, "/hut.txt")).text]).toEqual([403, "A hut."]);
    });

    it("can be changed again and ended, by the name that it has then", async () => {
      const { id } = await send();
      await change(id, "editor");
      await change(id, "viewer");
      await updateSentShare(alice, id, { expiresAt: "2999-01-01T00:00:00.000Z" });
      await deliverAll();
      const isShut = present();

      await revokeShare(alice, id);
      await deliverAll();

      expect(there.taken).toHaveLength(3);
      expect(isShut).toMatchObject({ permissions: ["read"], isEnded: family.heeds });
      expect((await there.open(isShut, "/hut.txt")).status).toBe(401);
      const named = there.requests.flatMap(({ path, body }) =>
        path === "/ocm/notifications" ? [JSON.parse(`${body}`).providerId] : [],
      );
      expect(named.at(-1)).toBe(isShut.providerId);
    });

    it("opens nothing once it is taken back, and they are told if they listen", async () => {
      const { id, offered } = await send();

      await revokeShare(alice, id);
      await deliverAll();

      expect((await there.open(offered, "/hut.txt")).status).toBe(401);
      expect(there.taken).toMatchObject([{ isEnded: family.heeds }]);
      expect(await db().delivery.findFirst()).toMatchObject({ failure: null, gaveUpAt: null });
    });
  });

  it("a contact who is removed is gone with all that was shared both ways, and they are told of our shares if they listen", async () => {
    await connect();
    const { id: contactId, ourIdentifier } = await contact();
    const shareWith = formatOcmAddress({ identifier: ourIdentifier, provider: here.site.provider });
    await there.post(at("/shares"), there.offer(shareWith, "Lakes", memoryTree({ "lake.txt": "A lake." })));
    await acceptShare(alice, (await listReceivedShares(alice)).items[0]?.id ?? "");
    await makeFile(alice, "/Photos/hut.txt", "A hut.");
    const { id: nodeId } = await ownTree(alice).stat(["Photos"]);
    const recipient = { kind: "contact", id: contactId } as const;
    await sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
    await deliverAll();

    await removeContact(alice, contactId);
    await endSharesWithContact({ siteId: alice.siteId, contactId });
    await deliverAll();

    expect(there.taken).toMatchObject([{ isEnded: family.heeds }]);
    expect((await listReceivedShares(alice)).items).toEqual([]);
    expect(
      await db().delivery.count({ where: { OR: [{ failure: { not: null } }, { gaveUpAt: { not: null } }] } }),
    ).toBe(0);
    expect(await connect()).toMatchObject({ contact: { displayName: "Bob" } });
  });

  describe("a share of theirs", () => {
    const received = async () => {
      const [share] = (await listReceivedShares(alice)).items;
      if (!share) throw new Error("Nothing was received.");
      return share;
    };
    async function offer() {
      await connect();
      const { ourIdentifier } = await contact();
      const shareWith = formatOcmAddress({ identifier: ourIdentifier, provider: here.site.provider });
      return there.post(at("/shares"), there.offer(shareWith, "Lakes", memoryTree({ "lake.txt": "A lake." })));
    }

    it("waits as a request that nobody has signed, and belongs to the contact once it is accepted", async () => {
      const { status, json } = await offer();

      expect([status, json]).toEqual([201, expect.objectContaining({ recipientDisplayName: "Alice" })]);
      expect(await received()).toMatchObject({ request: { isVerified: false, keys: [] }, isFromContact: false });
      await acceptShare(alice, (await received()).id);
      expect(await received()).toMatchObject({ request: null, isFromContact: true, path: "/Lakes" });
    });

    it("is browsed, read, written and given back", async () => {
      await offer();
      const { id } = await acceptShare(alice, (await received()).id);
      const tree = await receivedTree(alice, id);
      const names = await namesIn(tree);
      await tree.write(["new.txt"], bytes("new"), { size: 3, ifAbsent: true });

      expect(names).toEqual(["lake.txt"]);
      expect(await contentOf(await receivedTree(alice, id), "/new.txt")).toBe("new");
      expect(await leaveShare(alice, id)).toMatchObject({ state: "left" });
    });

    it("loses nothing that was changed since it was seen, though they heed no etag where something is removed or moved", async () => {
      await offer();
      const { id } = await acceptShare(alice, (await received()).id);
      const tree = await receivedTree(alice, id);
      const { etag } = await tree.stat(["lake.txt"]);
      await tree.write(["lake.txt"], bytes("A deeper lake."), { size: 14 });

      const late = { code: "ETAG_MISMATCH" };
      await expect(tree.remove(["lake.txt"], { ifMatch: etag })).rejects.toMatchObject(late);
      await expect(tree.move(["lake.txt"], ["sea.txt"], { ifMatch: etag })).rejects.toMatchObject(late);
      expect(await contentOf(tree, "/lake.txt")).toBe("A deeper lake.");
      await tree.remove(["lake.txt"], { ifMatch: (await tree.stat(["lake.txt"])).etag });
      expect(await namesIn(tree)).toEqual([]);
    });
  });
});
