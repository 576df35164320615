import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acceptInvite } from "@/lib/contacts/accept-invite";
import { createInvite } from "@/lib/contacts/invites";
import { describeContact, removeContact } from "@/lib/contacts/remove-contact";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { callProvider } from "@/lib/delivery/call-provider";
import { endSharesWithContact } from "@/lib/sharing/end-shares";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { sendShare } from "@/lib/sharing/sent/send-share";
import type { Contact } from "@/prisma/generated/client";
import { POST as postNotification } from "@/server/ocm/notifications";
import { type Cloud, deliverAll, type Friends, makeFolder, noticesOf, SETTINGS, startFriends } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { startPeer } from "@/tests/peer";

describe.each(SETTINGS)("between %s", (setting) => {
  let pair: Friends;
  let here: Cloud;
  let there: Cloud;
  let alice: UserPrincipal;
  let bob: UserPrincipal;
  let bobAtAlices: Contact;
  let aliceAtBobs: Contact;

  beforeEach(async () => {
    pair = await startFriends(setting);
    ({ here, there, alice, bob, bobAtAlices, aliceAtBobs } = pair);
  });
  afterEach(() => pair.stop());

  /** Something of each, accepted by the other. */
  async function shareBothWays() {
    const pairs = [
      { from: alice, to: bobAtAlices, by: bob },
      { from: bob, to: aliceAtBobs, by: alice },
    ];
    for (const { from, to, by } of pairs) {
      const { id: nodeId } = await makeFolder(from, `Of ${from.displayName}`);
      await sendShare(from, {
        nodeId,
        recipient: { kind: "contact", id: to.id },
        role: "viewer",
        expiresAt: null,
        note: "",
      });
      await deliverAll();
      const offer = await db().receivedShare.findFirstOrThrow({ where: { receiverId: by.userId, state: "pending" } });
      await acceptShare(by, offer.id);
      await deliverAll();
    }
  }
  /** The jobs that wait on both clouds. */
  async function endWhatMustEnd() {
    for (const { siteId, id } of await db().contact.findMany({ where: { removedAt: { not: null } } })) {
      await endSharesWithContact({ siteId, contactId: id });
    }
  }
  const live = async () => ({
    contacts: await db().contact.count({ where: { removedAt: null } }),
    sent: await db().sentShare.count({ where: { revokedAt: null } }),
    received: await db().receivedShare.count({ where: { state: { in: ["pending", "accepted"] } } }),
    mounts: await db().fileNode.count({ where: { kind: "mount" } }),
  });
  const NOTHING = { contacts: 0, sent: 0, received: 0, mounts: 0 };
  const untold = () => db().delivery.count({ where: { knownVersion: { lt: db().delivery.fields.wantedVersion } } });

  async function inviteLink(from: UserPrincipal) {
    const { invitation } = await createInvite(from, { note: "" });
    return { token: new URL(invitation?.link ?? "").searchParams.get("token") ?? "" };
  }
  async function invite(from: UserPrincipal, at: Cloud, to: UserPrincipal) {
    return acceptInvite(to, { ...(await inviteLink(from)), provider: at.site.provider });
  }

  describe("removing a contact", () => {
    it("ends the contact and every share on both clouds, and the other person is told once", async () => {
      await shareBothWays();
      const before = (await noticesOf(bob)).length;

      await removeContact(alice, bobAtAlices.id);
      await deliverAll();
      await endWhatMustEnd();
      await deliverAll();

      expect(await live()).toEqual(NOTHING);
      expect((await noticesOf(bob)).slice(before)).toEqual(["contact-removed"]);
      expect(await noticesOf(alice)).not.toContain("contact-removed");
      expect(await untold()).toBe(0);
    });

    it("heals when the other cloud was away: all of it ends as soon as it hears", async () => {
      await shareBothWays();
      there.setAway(true);
      await removeContact(alice, bobAtAlices.id);
      await endWhatMustEnd();
      await deliverAll();
      const meanwhile = await live();
      there.setAway(false);

      await deliverAll();
      await endWhatMustEnd();
      await deliverAll();

      expect(meanwhile).toEqual({ contacts: 1, sent: 1, received: 1, mounts: 1 });
      expect(await live()).toEqual(NOTHING);
      expect(await untold()).toBe(0);
    });

    it("is heard however often it is said, also when both do it at once", async () => {
      there.loseAnswers(true);
      await removeContact(alice, bobAtAlices.id);
      await deliverAll();
      there.loseAnswers(false);
      await deliverAll();

      await expect(removeContact(bob, aliceAtBobs.id)).rejects.toMatchObject({ code: "CONTACT_NOT_FOUND" });
      expect((await noticesOf(bob)).filter((kind) => kind === "contact-removed")).toHaveLength(1);
      expect(await untold()).toBe(0);
    });

    it("is not told any more of somebody who is a contact again by then", async () => {
      there.setAway(true);
      await removeContact(alice, bobAtAlices.id);
      await deliverAll();
      there.setAway(false);
      await invite(bob, there, alice);

      await deliverAll();

      expect(await live()).toMatchObject({ contacts: 2 });
      expect(await noticesOf(bob)).not.toContain("contact-removed");
    });

    it.each([
      ["whoever removed the other invites", () => invite(alice, here, bob)],
      ["whoever was removed invites", () => invite(bob, there, alice)],
    ])("leaves room for another beginning when %s", async (_name, begin) => {
      await shareBothWays();
      await removeContact(alice, bobAtAlices.id);
      await deliverAll();
      await endWhatMustEnd();
      await deliverAll();

      await begin();
      [bobAtAlices, aliceAtBobs] = [
        await db().contact.findFirstOrThrow({ where: { userId: alice.userId, removedAt: null } }),
        await db().contact.findFirstOrThrow({ where: { userId: bob.userId, removedAt: null } }),
      ];
      await db().fileNode.updateMany({ where: { kind: "folder", parentId: { not: null } }, data: { name: "Before" } });
      await shareBothWays();

      expect(await live()).toEqual({ contacts: 2, sent: 2, received: 2, mounts: 2 });
      expect(await db().contact.count({ where: { endedByThem: true } })).toBe(0);
    });
  });

  describe("the word of the end of a contact and a new invite at once", () => {
    let carol: UserPrincipal;
    let dave: UserPrincipal;
    beforeEach(async () => {
      carol = await makeUser({ site: here.site, userName: "carol", displayName: "Carol" });
      dave = await makeUser({ site: there.site, userName: "dave", displayName: "Dave" });
    });
    const liveOf = (user: UserPrincipal) =>
      db().contact.findFirst({
        where: { userId: user.userId, removedAt: null },
        select: { id: true, connection: true },
      });
    /** Ends it at her cloud; what is called afterwards tells his, whatever happened since. */
    async function endAtCarols(): Promise<() => Promise<void>> {
      const contact = await db().contact.findFirstOrThrow({ where: { userId: carol.userId, removedAt: null } });
      await removeContact(carol, contact.id);
      const word = await describeContact(carol.siteId, contact.id);
      return async () => {
        if (word) expect((await callProvider(here.site, there.site.provider, word.call)).status).toBe(201);
      };
    }

    describe.each([
      ["whoever ended it invites", () => invite(carol, here, dave)],
      ["the other one invites", () => invite(dave, there, carol)],
    ])("when %s", (_name, connectAnew) => {
      it.each(["before", "after"])("leave both connected if the word of the former contact comes %s", async (when) => {
        await invite(carol, here, dave);
        const former = await liveOf(carol);
        const tell = await endAtCarols();

        if (when === "before") await tell();
        await connectAnew();
        if (when === "after") await tell();

        const [hers, his] = [await liveOf(carol), await liveOf(dave)];
        expect(hers?.connection).toEqual(expect.any(String));
        expect(hers?.connection).not.toBe(former?.connection);
        expect(his?.connection).toBe(hers?.connection);
      });
    });

    it.each([
      ["who were strangers", async () => {}],
      ["who were contacts already", () => invite(carol, here, dave)],
    ])("leave neither connected, of two %s, if it is the new contact that ended", async (_name, begin) => {
      await begin();
      here.beforeAnswering("/ocm/invite-accepted", async () => (await endAtCarols())());

      const accepted = invite(carol, here, dave);

      await expect(accepted).rejects.toMatchObject({ status: 409, code: "INVITE_ENDED" });
      expect([await liveOf(carol), await liveOf(dave)]).toEqual([null, null]);
    });

    it("leave both connected though somebody else had tried the invite of the former contact too", async () => {
      const { token } = await inviteLink(carol);
      await acceptInvite(dave, { token, provider: here.site.provider });
      await expect(acceptInvite(bob, { token, provider: here.site.provider })).rejects.toThrow();
      const tell = await endAtCarols();
      await invite(carol, here, dave);

      await tell();

      expect([await liveOf(carol), await liveOf(dave)]).not.toContain(null);
    });

    it("leave neither connected if the new contact ended a moment later", async () => {
      await invite(carol, here, dave);
      await invite(carol, here, dave);

      await (await endAtCarols())();

      expect([await liveOf(carol), await liveOf(dave)]).toEqual([null, null]);
    });
  });

  describe("another cloud's word that a contact is removed", () => {
    async function say(message: object, how: { signs?: boolean; alsoOf?: UserPrincipal } = {}) {
      const peer = await startPeer();
      const { siteId } = alice;
      for (const { userId } of [alice, how.alsoOf ?? []].flat()) {
        const ourIdentifier = userId === alice.userId ? "made-for-bob" : "another";
        const names = { provider: peer.provider, identifier: "bob", ourIdentifier, displayName: "Bob" };
        await db().contact.create({ data: { siteId, userId, ...names } });
      }
      const body = Buffer.from(JSON.stringify({ notificationType: "USER_REMOVED", resourceType: "user", ...message }));
      const url = `${here.site.origin}/ocm/notifications`;
      const signed = how.signs === false ? {} : peer.sign(url, body);
      const headers = { "content-type": "application/json", "x-tessera-site": siteId, ...signed };
      const answer = await postNotification(new Request(url, { method: "POST", headers, body }));
      await peer.stop();
      const ended = await db().contact.findFirst({ where: { removedAt: { not: null } } });
      return { status: answer.status, json: await answer.json(), ended: ended?.identifier ?? null };
    }

    it.each([
      ["the person whom it removed", { providerId: "made-for-bob" }],
      ["its own person, whom nobody else here knows", { providerId: "bob" }],
      ["both", { providerId: "bob", notification: { userID: "made-for-bob" } }],
    ])("counts when it names %s", async (_name, message) => {
      expect(await say(message)).toEqual({ status: 201, json: {}, ended: "bob" });
    });

    it("ends nothing when it may mean several", async () => {
      const carol = await makeUser({ site: here.site });

      const said = await say({ providerId: "bob" }, { alsoOf: carol });

      expect(said).toMatchObject({ status: 400, json: { message: "CONTACT_UNKNOWN" }, ended: null });
    });

    it.each([
      ["nobody whom it knows", () => ({ providerId: "somebody" })],
      ["a contact at another cloud", () => ({ providerId: bobAtAlices.ourIdentifier })],
    ])("is refused when it names %s", async (_name, message) => {
      expect(await say(message())).toMatchObject({ status: 400, json: { message: "CONTACT_UNKNOWN" }, ended: null });
    });

    it("is refused when nobody signed it", async () => {
      expect(await say({ providerId: "made-for-bob" }, { signs: false })).toMatchObject({ status: 401, ended: null });
    });
  });
});
