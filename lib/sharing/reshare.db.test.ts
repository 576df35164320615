import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { receivedTree } from "@/lib/sharing/received/received-tree";
import { endReshare, listReshares, reshare, updateReshare } from "@/lib/sharing/received/reshares";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { listSentShares } from "@/lib/sharing/sent/sent-shares";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { befriend, type Cloud, deliverAll, noticesOf, type Pair, SETTINGS, startPair } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { makeFile, namesIn } from "@/tests/make-files";

describe.each(SETTINGS)("between %s", (setting) => {
  let pair: Pair;
  let here: Cloud;
  let there: Cloud;
  let alice: UserPrincipal;
  let bob: UserPrincipal;
  let carol: UserPrincipal;

  beforeEach(async () => {
    pair = await startPair(setting);
    ({ here, there } = pair);
    alice = await makeUser({ site: here.site, userName: "alice", displayName: "Alice" });
    bob = await makeUser({ site: there.site, userName: "bob", displayName: "Bob" });
    carol = await makeUser({ site: there.site, userName: "carol", displayName: "Carol" });
  });
  afterEach(() => pair.stop());

  type Terms = { role?: "viewer" | "editor"; canReshare?: boolean };

  /** Photos, which Bob has from Alice; his row of it, and her share. */
  async function share({ role = "viewer", canReshare = true }: Terms = {}) {
    const [{ id }] = await befriend(alice, bob);
    await makeFile(alice, "/Photos/hut.txt", "A hut.");
    const { id: nodeId } = await ownTree(alice).stat(["Photos"]);
    const recipient = { kind: "contact", id } as const;
    const sent = await sendShare(alice, { nodeId, recipient, role, canReshare, expiresAt: null, note: "" });
    await deliverAll();
    const [offer] = await received(bob);
    await acceptShare(bob, offer?.id ?? "");
    await deliverAll();
    return { sentId: sent.id, receivedShareId: offer?.id ?? "" };
  }
  const received = async (user: UserPrincipal) => (await listReceivedShares(user)).items;
  const sent = async () => (await listSentShares(alice)).items.filter(({ state }) => state !== "revoked");
  const toCarol = (receivedShareId: string, role: "viewer" | "editor" = "viewer") =>
    reshare(bob, receivedShareId, { recipient: { kind: "person", id: carol.userId }, role });
  async function shareOn(terms?: Terms, role?: "viewer" | "editor") {
    const made = await share(terms);
    const { id: reshareId } = await toCarol(made.receivedShareId, role);
    await deliverAll();
    await deliverAll();
    return { ...made, reshareId };
  }

  describe("what may be shared on", () => {
    it("goes through its owner's cloud, who sees by whom, and opens there", async () => {
      const { receivedShareId } = await shareOn();

      expect(await sent()).toMatchObject([
        { recipientName: "Carol", resharedBy: "Bob", role: "viewer", state: "delivered" },
        { recipientName: "Bob", resharedBy: null, canReshare: true },
      ]);
      const told = await db().notice.findFirst({ where: { siteId: alice.siteId, kind: "share-reshared" } });
      expect(told?.about).toMatchObject({ name: "Bob", whom: "Carol", resource: "Photos" });
      const [offer] = await received(carol);
      expect(offer).toMatchObject({
        senderName: "Alice",
        note: "Shared with you by Bob.",
        request: { isVerified: true },
      });
      const { id } = await acceptShare(carol, offer?.id ?? "");
      expect(await namesIn(await receivedTree(carol, id))).toEqual(["hut.txt"]);
      expect(await listReshares(bob, receivedShareId)).toMatchObject([{ name: "Carol", role: "viewer" }]);
    });

    it("is shared once when the answer is lost", async () => {
      const { receivedShareId } = await share();
      await toCarol(receivedShareId);
      here.loseAnswers(true);
      await deliverAll();
      here.loseAnswers(false);
      await deliverAll();

      expect(await db().sentShare.count({ where: { reshareOfId: { not: null } } })).toBe(1);
      await expect(toCarol(receivedShareId)).rejects.toMatchObject({ code: "SHARE_ALREADY_SENT" });
    });

    it("can be changed and ended by whoever shared it on", async () => {
      const { receivedShareId, reshareId } = await shareOn({ role: "editor" });

      await updateReshare(bob, { receivedShareId, reshareId }, "editor");
      await deliverAll();
      const changed = await sent();
      await endReshare(bob, { receivedShareId, reshareId });
      await deliverAll();
      await deliverAll();

      expect(changed.map(({ role }) => role)).toEqual(["editor", "editor"]);
      expect((await sent()).map(({ recipientName }) => recipientName)).toEqual(["Bob"]);
      expect((await received(carol)).map(({ state }) => state)).toEqual(["revoked"]);
      expect(await listReshares(bob, receivedShareId)).toEqual([]);
    });

    it("that its owner cuts is told to whoever shared it on, once", async () => {
      const { receivedShareId } = await shareOn();
      const [branch] = await sent();
      here.loseAnswers(true);

      await revokeShare(alice, branch?.id ?? "");
      await deliverAll();
      here.loseAnswers(false);
      await deliverAll();

      expect(await listReshares(bob, receivedShareId)).toEqual([]);
      const told = await db().notice.findMany({ where: { siteId: bob.siteId, kind: "reshare-cut" } });
      expect(told.map(({ about }) => about)).toMatchObject([{ resource: "Photos", name: "Alice", whom: "Carol" }]);
      expect((await received(bob)).map(({ state }) => state)).toEqual(["accepted"]);
      await toCarol(receivedShareId);
      await deliverAll();
      expect((await sent()).map(({ recipientName }) => recipientName)).toEqual(["Carol", "Bob"]);
    });

    it("that its receiver undoes, or that ends with all of it, is no cut", async () => {
      const { sentId, receivedShareId, reshareId } = await shareOn();
      await endReshare(bob, { receivedShareId, reshareId });
      await deliverAll();
      await toCarol(receivedShareId);
      await deliverAll();
      await revokeShare(alice, sentId);
      await deliverAll();

      expect(await noticesOf(bob)).not.toContain("reshare-cut");
      expect(await noticesOf(bob)).toContain("share-revoked");
    });

    it("can be cut by its owner, and ends with the share that it came through", async () => {
      const { sentId } = await shareOn();
      const [branch] = await sent();
      await revokeShare(alice, branch?.id ?? "");
      const afterCut = (await sent()).map(({ recipientName }) => recipientName);
      await deliverAll();
      await revokeShare(alice, sentId);

      expect(afterCut).toEqual(["Bob"]);
      expect(await sent()).toEqual([]);
    });

    it("ends and narrows with the share that it came through", async () => {
      const { sentId } = await shareOn({ role: "editor" }, "editor");
      const expiresAt = new Date(Math.ceil(Date.now() / 1000) * 1000 + 86_400_000).toISOString();
      await updateSentShare(alice, sentId, { role: "viewer", expiresAt });
      const narrowed = await sent();
      await revokeShare(alice, sentId);

      expect(narrowed.map(({ role, expiresAt: until }) => [role, until])).toEqual([
        ["viewer", expiresAt],
        ["viewer", expiresAt],
      ]);
      expect(await sent()).toEqual([]);
    });
  });

  describe("what may not be shared on", () => {
    it.each([
      ["without that right", { canReshare: false }, "viewer"],
      ["with more than one has", { canReshare: true }, "editor"],
    ] as const)("is refused %s, here and at its owner's", async (_name, terms, role) => {
      const { receivedShareId } = await share(terms);

      await expect(toCarol(receivedShareId, role)).rejects.toMatchObject({ code: "RESHARE_BEYOND_RIGHTS" });

      // As if this cloud did not look.
      const { siteId } = bob;
      const asked = { shareWith: `x@${there.site.provider}`, name: "X", role };
      const { id: subjectId } = await db().reshare.create({ data: { siteId, receivedShareId, ...asked } });
      const delivery = { siteId, provider: here.site.provider, subjectKind: "reshare", subjectId };
      await db().delivery.create({ data: delivery });
      await deliverAll();

      expect(await sent()).toHaveLength(1);
      expect(await noticesOf(bob)).toContain("reshare-failed");
      expect(await listReshares(bob, receivedShareId)).toEqual([]);
    });

    it("is nobody else's", async () => {
      const { receivedShareId, reshareId } = await shareOn();
      const recipient = { kind: "person", id: bob.userId } as const;

      await expect(reshare(carol, receivedShareId, { recipient, role: "viewer" })).rejects.toMatchObject({
        code: "SHARE_NOT_FOUND",
      });
      await expect(endReshare(carol, { receivedShareId, reshareId })).rejects.toMatchObject({
        code: "SHARE_NOT_FOUND",
      });
      const unknown = { receivedShareId, reshareId: receivedShareId };
      await expect(endReshare(bob, unknown)).rejects.toMatchObject({ code: "RESHARE_NOT_FOUND" });
    });
  });

  it("within one cloud it is shared on at once", async () => {
    const dora = await makeUser({ site: here.site, userName: "dora", displayName: "Dora" });
    const eve = await makeUser({ site: here.site, userName: "eve", displayName: "Eve" });
    await makeFile(alice, "/Photos/hut.txt", "A hut.");
    const { id: nodeId } = await ownTree(alice).stat(["Photos"]);
    const recipient = { kind: "person", id: dora.userId } as const;
    await sendShare(alice, { nodeId, recipient, role: "viewer", canReshare: true, expiresAt: null, note: "" });
    const { id } = await acceptShare(dora, (await received(dora))[0]?.id ?? "");

    const made = await reshare(dora, id, { recipient: { kind: "person", id: eve.userId }, role: "viewer" });
    const offers = await received(eve);
    await endReshare(dora, { receivedShareId: id, reshareId: made.id });
    await reshare(dora, id, { recipient: { kind: "person", id: eve.userId }, role: "viewer" });
    const [branch] = await sent();
    await revokeShare(alice, branch?.id ?? "");

    expect(offers).toMatchObject([{ senderName: "Alice", note: "Shared with you by Dora." }]);
    expect((await received(eve)).map(({ state }) => state)).toEqual(["revoked", "revoked"]);
    expect(await noticesOf(dora)).toContain("reshare-cut");
    expect(await listReshares(dora, id)).toEqual([]);
  });
});
