import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { POST as mail } from "@/app/api/invites/[id]/mail/route";
import { PATCH as note, DELETE as revoke } from "@/app/api/invites/[id]/route";
import { POST as create, GET as list } from "@/app/api/invites/route";
import { mailInvite, sweepInvites } from "@/lib/contacts/invites";
import { connectionOf } from "@/lib/contacts/known-as";
import { InvitePage, InviteView } from "@/lib/contacts/schema";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { findInvite } from "@/lib/protocol/ocm/invite-string";
import { forgetSites, getSite, type Site } from "@/lib/sites/sites";
import { POST as acceptedHere } from "@/server/ocm/invite-accepted";
import { POST as previewHere } from "@/server/ocm/invite-preview";
import { makeUser, requestOf } from "@/tests/make";
import { type FakePeer, type SignOptions, startPeer } from "@/tests/peer";

let alice: UserPrincipal;
let site: Site;
let peer: FakePeer;

beforeEach(async () => {
  alice = await makeUser({ displayName: "Alice", mail: "alice@example.org" });
  site = await getSite(alice.siteId);
  peer = await startPeer();
});
afterEach(() => peer.stop());

async function invite(): Promise<InviteView & { token: string }> {
  const response = await create(await requestOf(alice, "/api/invites", { method: "POST", body: { note: "for Bob" } }));
  const view = InviteView.parse(await response.json());
  return { ...view, token: findInvite(view.invitation?.code ?? "")?.token ?? "" };
}

const bob = { userID: "bob-at-his-cloud", email: "bob@example.org", name: "Bob" };
const accept = (token: string, who: object = bob, from = peer, options?: SignOptions) =>
  acceptedHere(
    from.request(site, "/ocm/invite-accepted", { recipientProvider: from.provider, token, ...who }, options),
  );
const listed = async () => InvitePage.parse(await (await list(await requestOf(alice, "/api/invites"))).json()).items;
const contacts = () => db().contact.findMany({ orderBy: { id: "asc" } });
const revokeIt = async (id: string, who = alice) =>
  revoke(await requestOf(who, `/api/invites/${id}`, { method: "DELETE" }), { params: Promise.resolve({ id }) });
const expire = () => db().invite.updateMany({ data: { expiresAt: new Date(Date.now() - 1000) } });

describe("an invite", () => {
  it("can be sent as a link, a code and a mail, which all hold the same token", async () => {
    const { invitation, token, state } = await invite();

    expect(state).toBe("waiting");
    expect(invitation?.link).toBe(`${site.origin}/invite?token=${token}`);
    for (const text of Object.values(invitation ?? {})) {
      expect(findInvite(text)).toEqual({ token, provider: site.provider });
    }
  });

  it("has at least 128 bits of randomness, and its token is nowhere in the database", async () => {
    const { token } = await invite();

    const row = await db().invite.findFirstOrThrow();

    expect(Buffer.from(token.replace(/^inv_/, ""), "base64url").length).toBeGreaterThanOrEqual(16);
    expect(JSON.stringify(row)).not.toContain(token);
  });

  it("lasts as long as the site says", async () => {
    await db().site.update({ where: { id: site.id }, data: { inviteLifetimeDays: 3 } });
    forgetSites();

    const { expiresAt } = await invite();

    const days = (new Date(expiresAt).getTime() - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(3);
  });

  it("is shown to its inviter alone", async () => {
    await invite();
    const other = await makeUser({ site });

    const page = await (await list(await requestOf(other, "/api/invites"))).json();

    expect(page).toEqual({ items: [], next: null });
  });

  it("is told apart by a note, which its inviter alone writes", async () => {
    const { id } = await invite();
    const write = async (who: UserPrincipal, text: string) => {
      const request = await requestOf(who, `/api/invites/${id}`, { method: "PATCH", body: { note: text } });
      return (await note(request, { params: Promise.resolve({ id }) })).status;
    };

    const statuses = [await write(alice, " Bob from the choir "), await write(await makeUser({ site }), "mine")];

    expect(statuses).toEqual([200, 404]);
    expect(await listed()).toMatchObject([{ note: "Bob from the choir", state: "waiting" }]);
  });

  it("is not revoked by anybody else", async () => {
    const { id } = await invite();

    const response = await revokeIt(id, await makeUser({ site }));

    expect(response.status).toBe(404);
    expect((await listed())[0]?.state).toBe("waiting");
  });

  it("cannot be mailed while the server has no mail", async () => {
    const { id } = await invite();
    const request = await requestOf(alice, `/api/invites/${id}/mail`, {
      method: "POST",
      body: { to: "bob@example.org" },
    });

    const response = await mail(request, { params: Promise.resolve({ id }) });

    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: "MAIL_NOT_CONFIGURED" });
  });

  it("cannot be mailed without end, however many invites one makes", async () => {
    const { id } = await invite();
    for (let n = 0; n < 100; n++) await mailInvite(alice, id, "bob@example.org").catch(() => {});

    const refused = mailInvite(alice, (await invite()).id, "bob@example.org");

    await expect(refused).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
  });
});

describe("a person of another cloud accepts", () => {
  it("and both know each other; the inviter is told", async () => {
    const { token } = await invite();

    const response = await accept(token);

    const [contact] = await contacts();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      userID: contact?.ourIdentifier,
      email: "alice@example.org",
      name: "Alice",
    });
    expect(contact).toMatchObject({ userId: alice.userId, identifier: bob.userID, displayName: "Bob" });
    expect(await db().notice.findMany()).toMatchObject([{ userId: alice.userId, kind: "invite-used" }]);
    const [used] = await listed();
    expect(used).toMatchObject({ state: "used", usedBy: { displayName: "Bob" }, invitation: null });
    expect(await db().invite.findFirst()).toMatchObject({ tokenHash: null, tokenEncrypted: null });
  });

  it("again after a lost answer, and hears who invited", async () => {
    const { token } = await invite();
    const first = await (await accept(token)).json();

    const again = await accept(token);

    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject(first);
    expect(await contacts()).toHaveLength(1);
    expect(await db().notice.count()).toBe(1);
  });

  it("with a name that tries to deceive, which is cleaned", async () => {
    const { token } = await invite();

    await accept(token, { ...bob, name: "Bob\u202e\u0007 <b>\n" });

    expect((await contacts())[0]?.displayName).toBe("Bob <b>");
  });

  it("without any name, and is never called by his identifier", async () => {
    const { token } = await invite();

    await accept(token, { ...bob, name: "\u202e", email: "" });

    expect((await contacts())[0]?.displayName).toBe(`Somebody at ${peer.provider}`);
  });

  it("under another identifier for each contact of ours", async () => {
    await accept((await invite()).token);
    await accept((await invite()).token, { ...bob, userID: "another" });

    const identifiers = (await contacts()).map(({ ourIdentifier }) => ourIdentifier);

    expect(new Set(identifiers).size).toBe(2);
    expect(identifiers.join()).not.toContain(alice.userName);
  });

  it("once more after he was removed, with a new invite", async () => {
    await accept((await invite()).token);
    await db().contact.updateMany({ data: { removedAt: new Date() } });

    const response = await accept((await invite()).token);

    expect(response.status).toBe(200);
    expect(await contacts()).toMatchObject([{ removedAt: null }]);
  });
});

describe("a person who is a contact already accepts", () => {
  const again = { ...bob, userID: "bob-once-more" };

  it("and stays the one contact, under the identifiers of before", async () => {
    const first = await (await accept((await invite()).token)).json();
    const before = await contacts();
    const { token } = await invite();

    const response = await accept(token, { ...again, name: "Robert", knownAs: ["else", bob.userID] });
    const repeated = await accept(token, { ...again, name: "Robert", knownAs: ["else", bob.userID] });

    expect([response.status, repeated.status]).toEqual([200, 409]);
    expect(await response.json()).toEqual({ ...first, knownAs: bob.userID });
    expect(await repeated.json()).toMatchObject({ ...first, knownAs: bob.userID });
    expect(await contacts()).toEqual([{ ...before[0], displayName: "Robert", connection: connectionOf(token) }]);
    expect((await listed()).map(({ state, usedBy }) => [state, usedBy?.contactId])).toEqual([
      ["used", before[0]?.id],
      ["used", before[0]?.id],
    ]);
  });

  it("and is that one contact again when he had been removed", async () => {
    await accept((await invite()).token);
    const before = await contacts();
    await db().contact.updateMany({ data: { removedAt: new Date() } });

    const { token } = await invite();
    await accept(token, { ...again, knownAs: [bob.userID] });

    expect(await contacts()).toEqual([{ ...before[0], connection: connectionOf(token) }]);
  });

  it("with several invites at once, and is one contact", async () => {
    const [one, two, three] = await Promise.all([invite(), invite(), invite()]);
    const knownAs = ["bob-1", "bob-2", "bob-3"];
    const people = knownAs.map((userID) => ({ ...bob, userID, knownAs }));

    const responses = await Promise.all([one, two, three].map(({ token }, n) => accept(token, people[n])));

    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await contacts()).toHaveLength(1);
  });

  it("at a cloud that does not tell how he is known, and is another contact", async () => {
    await accept((await invite()).token);

    await accept((await invite()).token, again);

    expect(await contacts()).toHaveLength(2);
  });

  it("and cannot pass for the contact of another person, or for one of another cloud", async () => {
    await accept((await invite()).token);
    const carol = await makeUser({ site, displayName: "Carol" });
    const hers = { siteId: site.id, userId: carol.userId, provider: peer.provider, displayName: "Dora" };
    await db().contact.create({ data: { ...hers, identifier: "dora", ourIdentifier: "for-dora" } });
    const before = await contacts();
    const stranger = await startPeer();

    const ofCarol = await accept((await invite()).token, { ...again, knownAs: ["dora"] });
    const ofBobsCloud = await accept((await invite()).token, { ...again, knownAs: [bob.userID] }, stranger);
    await stranger.stop();

    expect([ofCarol.status, ofBobsCloud.status]).toEqual([200, 200]);
    const after = await contacts();
    expect(after.slice(0, 2)).toEqual(before);
    expect(after.slice(2).map(({ userId, provider }) => [userId, provider])).toEqual([
      [alice.userId, peer.provider],
      [alice.userId, stranger.provider],
    ]);
  });
});

describe("of several who accept at once", () => {
  it("one wins, and the others are told that it is used", async () => {
    const { token } = await invite();
    const people = ["one", "two", "three", "four"].map((userID) => ({ ...bob, userID }));

    const statuses = (await Promise.all(people.map((who) => accept(token, who)))).map(({ status }) => status);

    expect(statuses.toSorted()).toEqual([200, 409, 409, 409]);
    expect(await contacts()).toHaveLength(1);
  });

  it("the same person gets the same identity every time", async () => {
    const { token } = await invite();

    const responses = await Promise.all([1, 2, 3].map(() => accept(token)));

    const identities = await Promise.all(responses.map((response) => response.json()));
    expect(responses.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    expect(new Set(identities.map(({ userID }) => userID)).size).toBe(1);
  });

  it("the inviter's revocation and the acceptance never both happen", async () => {
    const { token, id } = await invite();

    const [revoked, accepted] = await Promise.all([revokeIt(id), accept(token)]);

    expect([revoked.status === 204, accepted.status === 200].filter(Boolean)).toHaveLength(1);
    expect(await contacts()).toHaveLength(accepted.status === 200 ? 1 : 0);
  });
});

describe("is refused and changes nothing", () => {
  const cases: Record<string, [() => Promise<Response>, number, string]> = {
    "an unknown token": [() => accept("inv_nobody-made-this"), 400, "INVITE_UNKNOWN"],
    "a token of somebody who is disabled": [afterDisabling, 400, "INVITE_UNKNOWN"],
    "a revoked invite": [afterRevoking, 400, "INVITE_REVOKED"],
    "an expired invite": [afterExpiry, 400, "INVITE_EXPIRED"],
    "an expired invite whose token was wiped": [afterSweep, 400, "INVITE_EXPIRED"],
    "a cloud that is not the signer": [otherProvider, 403, "SIGNER_MISMATCH"],
    "a missing identifier": [
      async () => accept((await invite()).token, { name: "Bob", email: "" }),
      400,
      "VALIDATION_FAILED",
    ],
    "a null name": [async () => accept((await invite()).token, { ...bob, name: null }), 400, "VALIDATION_FAILED"],
  };

  it.each(Object.entries(cases))("%s", async (_name, [attempt, status, code]) => {
    const response = await attempt();

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ message: code });
    expect(await contacts()).toEqual([]);
    expect(await db().notice.count()).toBe(0);
  });

  it("an invite that somebody else used", async () => {
    const { token } = await invite();
    await accept(token);

    const response = await accept(token, { ...bob, userID: "eve" });

    expect(response.status).toBe(409);
    expect(await response.json()).toEqual({ message: "INVITE_ALREADY_ACCEPTED", validationErrors: [] });
  });

  async function afterDisabling() {
    const { token } = await invite();
    await db().user.updateMany({ data: { disabledAt: new Date() } });
    return accept(token);
  }
  async function afterRevoking() {
    const { token, id } = await invite();
    await revokeIt(id);
    return accept(token);
  }
  async function afterExpiry() {
    const { token } = await invite();
    await expire();
    return accept(token);
  }
  async function afterSweep() {
    const { token } = await invite();
    await expire();
    await sweepInvites();
    expect(await db().invite.findFirst()).toMatchObject({ tokenHash: null, tokenEncrypted: null });
    return accept(token);
  }
  async function otherProvider() {
    const { token } = await invite();
    return accept(token, { ...bob, recipientProvider: "other.example.org" });
  }
});

describe("who invites", () => {
  const ask = (token: string) => previewHere(peer.request(site, "/ocm/invite-preview", { token }));

  it("is told to a cloud that holds the token, as often as it asks", async () => {
    const { token } = await invite();
    await ask(token);

    const response = await ask(token);

    expect(await response.json()).toEqual({ displayName: "Alice" });
    expect((await listed())[0]?.state).toBe("waiting");
  });

  it("is not told for a token that opens nothing, only what became of it", async () => {
    const used = await invite();
    await accept(used.token);
    const revoked = await invite();
    await revokeIt(revoked.id);
    const expired = await invite();
    await expire();
    await sweepInvites();

    const answers = await Promise.all(
      [used.token, revoked.token, expired.token, "inv_unknown"].map(async (token) => {
        const response = await ask(token);
        return [response.status, await response.text()].join(" ");
      }),
    );

    const dead = ["INVITE_USED", "INVITE_REVOKED", "INVITE_EXPIRED", "INVITE_UNKNOWN"];
    expect(answers).toEqual(dead.map((message) => `404 {"message":"${message}","validationErrors":[]}`));
  });
});
