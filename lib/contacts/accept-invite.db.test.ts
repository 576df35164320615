import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { POST as accept } from "@/app/api/invites/accept/route";
import { POST as preview } from "@/app/api/invites/preview/route";
import { POST as create } from "@/app/api/invites/route";
import { POST as whereFrom } from "@/app/api/wayf/route";
import { revokeInvite } from "@/lib/contacts/invites";
import { connectionOf } from "@/lib/contacts/known-as";
import { lookAtInvite } from "@/lib/contacts/where-are-you-from";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { hashSecret } from "@/lib/core/secrets";
import { encodeInvite, findInvite } from "@/lib/protocol/ocm/invite-string";
import { getSite } from "@/lib/sites/sites";
import { INVITE_KNOWN_AS, INVITE_PREVIEW } from "@/lib/trust/site-discovery";
import { makeUser, requestOf } from "@/tests/make";
import { type FakePeer, type PeerReply, type PeerRequest, startPeer } from "@/tests/peer";

let bob: UserPrincipal;
let peer: FakePeer;
const alice = { userID: "alice@her-idp", email: "alice@example.org", name: "Alice" };
const TOKEN = "a55a966e-15c1-4cb9-a39d-4e4c54399baf";

beforeEach(async () => {
  bob = await makeUser({ displayName: "Bob", mail: "bob@example.org" });
  peer = await startPeer({ capabilities: [INVITE_PREVIEW] });
  peer.on("/ocm/invite-accepted", { json: alice });
});
afterEach(() => peer.stop());

async function ask(handler: typeof accept, path: string, body: object, who = bob) {
  const response = await handler(await requestOf(who, path, { method: "POST", body }));
  return { status: response.status, json: await response.json() };
}
const acceptIt = (token = TOKEN, provider = peer.provider) => ask(accept, "/api/invites/accept", { token, provider });
const previewIt = (text: string, who = bob) => ask(preview, "/api/invites/preview", { text }, who);
const told = () => peer.requestsTo("/ocm/invite-accepted").map(({ body }) => JSON.parse(body.toString()));
const contacts = () => db().contact.findMany();

async function inviteOf(user: UserPrincipal): Promise<{ token: string; provider: string }> {
  const { json } = await ask(create, "/api/invites", { note: "" }, user);
  return findInvite(json.invitation.code) ?? { token: "", provider: "" };
}

describe("accepting an invite", () => {
  it("tells the other cloud who we are, and makes the inviter a contact", async () => {
    const { status, json } = await acceptIt();

    expect(status).toBe(201);
    const alices = { displayName: "Alice", mail: "alice@example.org", provider: peer.provider };
    expect(json).toMatchObject({ contact: alices, wasConnected: false });
    const [contact] = await contacts();
    expect(contact).toMatchObject({ userId: bob.userId, identifier: "alice@her-idp" });
    const { provider } = await getSite(bob.siteId);
    const { ourIdentifier: userID } = contact ?? {};
    expect(told()).toEqual([
      { recipientProvider: provider, token: TOKEN, userID, userId: userID, email: "bob@example.org", name: "Bob" },
    ]);
  });

  it("shows an address also of whoever has no mail, since some refuse who shows none", async () => {
    await db().user.updateMany({ data: { mail: null } });

    await acceptIt();

    const { provider } = await getSite(bob.siteId);
    const [{ userID, email }] = told();
    expect(email).toBe(`${userID}@${provider}`);
  });

  describe("from a cloud that does not read it as the specification says", () => {
    const isForm = ({ headers }: PeerRequest) => headers["content-type"] === "application/x-www-form-urlencoded";
    const OLDER = "/ocm/invites/accept";
    const inForm = (path: string) =>
      peer
        .requestsTo(path)
        .filter(isForm)
        .map(({ body }) => Object.fromEntries(new URLSearchParams(`${body}`)));

    it.each([400, 415])("says the same as a form when JSON is answered %i", async (status) => {
      peer.on("/ocm/invite-accepted", (request) => (isForm(request) ? { json: alice } : { status, json: {} }));

      const { status: got } = await acceptIt();

      expect(got).toBe(201);
      const [json] = peer.requestsTo("/ocm/invite-accepted").map(({ body }) => `${body}`);
      expect(inForm("/ocm/invite-accepted")).toEqual([JSON.parse(json ?? "")]);
      expect(peer.requestsTo(OLDER)).toEqual([]);
      expect(await contacts()).toHaveLength(1);
    });

    it.each([400, 404, 405, 415])("says it at the address of earlier drafts after %i", async (status) => {
      peer.on("/ocm/invite-accepted", { status, json: {} });
      peer.on(OLDER, { json: alice });

      const { status: got } = await acceptIt();

      expect(got).toBe(201);
      expect(inForm(OLDER)).toMatchObject([{ token: TOKEN, name: "Bob", userID: expect.any(String) }]);
      expect(await contacts()).toHaveLength(1);
    });

    it("is told who invited also by one that took the form the first time already", async () => {
      const dropJson = (request: PeerRequest) => (isForm(request) ? { status: 409, json: alice } : { status: 415 });
      peer.on("/ocm/invite-accepted", dropJson);

      const answers = [await acceptIt(), await acceptIt()];

      expect(answers.map(({ status }) => status)).toEqual([201, 200]);
      expect(new Set(inForm("/ocm/invite-accepted").map(({ userID }) => userID)).size).toBe(1);
      expect(await contacts()).toHaveLength(1);
    });

    it("believes the first refusal when no other way is known there", async () => {
      peer.on("/ocm/invite-accepted", (request) => (isForm(request) ? { status: 415 } : { status: 400, json: {} }));

      const { status, json } = await acceptIt();

      expect([status, json.code]).toEqual([400, "INVITE_UNKNOWN"]);
      expect(await contacts()).toEqual([]);
    });

    it("waits for all of its answers together as long as for one", async () => {
      const slowly = (reply: PeerReply) => async () => {
        await sleep(9_000);
        return reply;
      };
      peer.on("/ocm/invite-accepted", slowly({ status: 400, json: {} }));
      const before = Date.now();

      const { status } = await acceptIt();

      expect(status).toBeGreaterThanOrEqual(400);
      expect(Date.now() - before).toBeLessThan(16_000);
    });

    it("asks no second time one that says what is wrong with the invite", async () => {
      peer.on("/ocm/invite-accepted", { status: 400, json: { message: "INVITE_EXPIRED" } });

      const { json } = await acceptIt();

      expect(json.code).toBe("INVITE_EXPIRED");
      expect([told().length, peer.requestsTo(OLDER).length]).toEqual([1, 0]);
    });
  });

  it("says the same again after the answer was lost, and ends with the contact", async () => {
    peer.on("/ocm/invite-accepted", { status: 502, text: "lost" });
    const lost = await acceptIt();
    peer.on("/ocm/invite-accepted", { status: 409, json: { message: "INVITE_ALREADY_ACCEPTED", ...alice } });

    const again = await acceptIt();

    expect([lost.status, lost.json.code]).toEqual([502, "PEER_FAILED"]);
    expect([again.status, again.json.contact.displayName]).toEqual([201, "Alice"]);
    const [first, second] = told();
    expect(first).toEqual(second);
    expect(await contacts()).toHaveLength(1);
  });

  it("for the second time gives the same contact, and says that it was one", async () => {
    const first = await acceptIt();
    peer.on("/ocm/invite-accepted", { status: 409, json: { message: "INVITE_ALREADY_ACCEPTED", ...alice } });

    const second = await acceptIt();

    expect(first.json.contact.displayName).toBe("Alice");
    expect(second).toEqual({ status: 200, json: { contact: first.json.contact, wasConnected: true } });
  });

  it("brings back a contact that was removed", async () => {
    await acceptIt();
    await db().contact.updateMany({ data: { removedAt: new Date() } });
    peer.on("/ocm/invite-accepted", { status: 409, json: alice });

    const { status } = await acceptIt();

    expect(status).toBe(201);
    expect(await contacts()).toMatchObject([{ removedAt: null }]);
  });

  it("makes one contact when it is pressed twice", async () => {
    await Promise.all([acceptIt(), acceptIt()]);

    const [first, second] = told();
    expect(first).toEqual(second);
    expect(await contacts()).toHaveLength(1);
  });

  it("makes no second contact when the other cloud names another person at the second try", async () => {
    await acceptIt();
    peer.on("/ocm/invite-accepted", { json: { ...alice, userID: "eve" } });

    const { status } = await acceptIt();

    expect(status).toBe(409);
    expect(await contacts()).toHaveLength(1);
  });
});

describe("accepting an invite of somebody who is a contact already", () => {
  const OTHER = "7c084226-d9a1-11e6-bf26-cec0c932ce01";
  beforeEach(() => {
    peer.document.capabilities.push(INVITE_KNOWN_AS);
  });
  const begunAnew = { connection: connectionOf(OTHER) };
  /** As a cloud answers that finds the person among the contacts of its own, or else does not know him. */
  function recognise(identity = alice) {
    peer.on("/ocm/invite-accepted", ({ body }) => {
      const { userID, knownAs } = JSON.parse(body.toString());
      return { json: { ...identity, knownAs: knownAs.find((one: string) => one !== userID) } };
    });
  }

  it("leaves the one contact, under the identifiers of before", async () => {
    await acceptIt();
    const [before] = await contacts();
    recognise({ ...alice, name: "Alice Liddell" });

    const { status, json } = await acceptIt(OTHER);

    expect([status, json.wasConnected]).toEqual([200, true]);
    expect(told()[1].knownAs).toContain(before?.ourIdentifier);
    expect(await contacts()).toEqual([{ ...before, displayName: "Alice Liddell", ...begunAnew }]);
  });

  it("says so when its answer was lost and it is tried again, and when it is looked at", async () => {
    await acceptIt();
    peer.on("/ocm/invite-accepted", { status: 502, text: "lost" });
    await acceptIt(OTHER);
    const [before] = await contacts();
    peer.on("/ocm/invite-accepted", { status: 409, json: { ...alice, knownAs: before?.ourIdentifier } });

    const { json } = await acceptIt(OTHER);
    const looked = await previewIt(`${OTHER}@${peer.provider}`);

    expect(json).toMatchObject({ contact: { id: before?.id }, wasConnected: true });
    expect(looked.json.connectedTo).toEqual(json.contact);
    expect(await contacts()).toEqual([{ ...before, ...begunAnew }]);
  });

  it("brings back the one contact that was removed here", async () => {
    await acceptIt();
    const [before] = await contacts();
    await db().contact.updateMany({ data: { removedAt: new Date() } });
    recognise();

    const { status } = await acceptIt(OTHER);

    expect(status).toBe(201);
    expect(await contacts()).toEqual([{ ...before, ...begunAnew }]);
  });

  it("is known by the identifier of an invite whose answer never came", async () => {
    peer.on("/ocm/invite-accepted", { status: 502, text: "lost" });
    await acceptIt();
    recognise();

    await acceptIt(OTHER);

    const [lost, second] = told();
    expect(second.knownAs).toContain(lost.userID);
    expect(await contacts()).toMatchObject([{ ourIdentifier: lost.userID }]);
  });

  it("makes one contact of two invites at once", async () => {
    let first = "";
    peer.on("/ocm/invite-accepted", ({ body }) => {
      const { userID, knownAs } = JSON.parse(body.toString());
      first ||= userID;
      return { json: { ...alice, ...(knownAs.includes(first) && { knownAs: first }) } };
    });
    await acceptIt();

    await Promise.all([acceptIt(OTHER), acceptIt(`${OTHER}-3`)]);

    expect(await contacts()).toMatchObject([{ ourIdentifier: first }]);
  });

  it("tells a cloud only what was made for it, and nothing to one that does not ask for it", async () => {
    await acceptIt();
    const elsewhere = { siteId: bob.siteId, userId: bob.userId, provider: "other.example.org", displayName: "Carol" };
    await db().contact.create({ data: { ...elsewhere, identifier: "carol", ourIdentifier: "told-to-other" } });
    const neighbour = await makeUser({ site: await getSite(bob.siteId) });
    const theirs = { ...elsewhere, userId: neighbour.userId, provider: peer.provider };
    await db().contact.create({ data: { ...theirs, identifier: "carol", ourIdentifier: "of-a-neighbour" } });

    await acceptIt(OTHER);
    peer.document.capabilities = [];
    await db().provider.updateMany({ data: { discoveredAt: new Date(0) } });
    await acceptIt(`${OTHER}-3`);

    const [first, second, third] = told();
    expect(second.knownAs.toSorted()).toEqual([first.userID, second.userID].toSorted());
    expect(third).not.toHaveProperty("knownAs");
  });

  it("cannot be made to take the place of somebody else", async () => {
    await acceptIt();
    peer.on("/ocm/invite-accepted", { json: { ...alice, userID: "carol@her-idp", name: "Carol" } });
    await acceptIt(OTHER);
    const before = await contacts();
    const [, carol] = before;
    const neighbour = await makeUser({ site: await getSite(bob.siteId) });
    const theirs = { siteId: bob.siteId, userId: neighbour.userId, provider: peer.provider, displayName: "Dora" };
    await db().contact.create({ data: { ...theirs, identifier: "dora", ourIdentifier: "of-a-neighbour" } });
    const claim = async (token: string, answer: object) => {
      peer.on("/ocm/invite-accepted", { json: answer });
      return (await acceptIt(token)).status;
    };

    const asCarol = await claim(`${OTHER}-3`, { ...alice, userID: "eve", knownAs: carol?.ourIdentifier });
    const asNeighbour = await claim(`${OTHER}-4`, { ...alice, userID: "eve", knownAs: "of-a-neighbour" });

    expect([asCarol, asNeighbour]).toEqual([409, 201]);
    const [eve] = await db().contact.findMany({ where: { identifier: "eve" } });
    expect(eve).toMatchObject({ userId: bob.userId });
    expect(eve?.ourIdentifier).not.toBe("of-a-neighbour");
    expect(await contacts()).toEqual(expect.arrayContaining(before));
  });
});

describe("each refusal has its sentence", () => {
  const answered: [string, { status: number; json?: unknown; text?: string }, number, string][] = [
    ["expired", { status: 400, json: { message: "INVITE_EXPIRED" } }, 400, "INVITE_EXPIRED"],
    ["revoked", { status: 400, json: { message: "INVITE_REVOKED" } }, 400, "INVITE_REVOKED"],
    ["unknown", { status: 400, json: { message: "whatever" } }, 400, "INVITE_UNKNOWN"],
    ["unknown, of another product", { status: 404, text: "no" }, 400, "INVITE_UNKNOWN"],
    ["used by somebody else", { status: 409, json: { message: "x" } }, 409, "INVITE_USED"],
    ["not trusted there", { status: 403, json: {} }, 403, "INVITE_REFUSED"],
    ["broken there", { status: 500, json: {} }, 502, "PEER_FAILED"],
    ["answered with nonsense", { status: 200, text: "<html>" }, 502, "PEER_FAILED"],
    ["answered without an identity", { status: 200, json: { name: "Alice" } }, 502, "PEER_FAILED"],
  ];

  it.each(answered)("%s", async (_name, reply, status, code) => {
    peer.on("/ocm/invite-accepted", reply);

    const { status: got, json } = await acceptIt();

    expect([got, json.code]).toEqual([status, code]);
    expect(json.detail).toMatch(/^[A-Z].+\.$/);
    expect(await contacts()).toEqual([]);
  });

  it("unreachable", async () => {
    await peer.stop();

    const { status, json } = await acceptIt();

    expect([status, json.code]).toEqual([502, "PEER_UNREACHABLE"]);
  });

  it("an address that may not be reached", async () => {
    const { status, json } = await acceptIt(TOKEN, "127.0.0.1");

    expect([status, json.code]).toEqual([502, "PEER_ADDRESS_REFUSED"]);
  });

  it("no cloud at all", async () => {
    const { status, json } = await acceptIt(TOKEN, "not a cloud");

    expect([status, json.code]).toEqual([400, "PROVIDER_INVALID"]);
  });

  it("not trusted here, without asking it", async () => {
    await db().provider.create({ data: { siteId: bob.siteId, provider: peer.provider, standing: "blocked" } });

    const { status, json } = await acceptIt();

    expect([status, json.code]).toEqual([403, "PROVIDER_NOT_TRUSTED"]);
    expect(peer.requests).toEqual([]);
  });

  it("one's own, and one of a person on the same cloud", async () => {
    const own = await inviteOf(bob);
    const neighbours = await inviteOf(await makeUser({ site: await getSite(bob.siteId) }));

    const answers = [await acceptIt(own.token, own.provider), await acceptIt(neighbours.token, neighbours.provider)];

    expect(answers.map(({ status, json }) => [status, json.code])).toEqual([
      [409, "INVITE_IS_OWN"],
      [409, "INVITE_OF_SAME_CLOUD"],
    ]);
    expect(await contacts()).toEqual([]);
  });
});

describe("looking at an invite before the yes", () => {
  const text = () => `Hello Bob,\n\n${encodeInvite({ token: TOKEN, provider: peer.provider })}\n\nAlice`;

  it("shows the cloud, and who invites where it tells", async () => {
    peer.on("/ocm/invite-preview", { json: { displayName: "Ali\u202ece" } });

    const { json } = await previewIt(text());

    const inviterName = "Alice";
    expect(json).toEqual({
      ...{ token: TOKEN, provider: peer.provider, providerName: "Peer", inviterName },
      connectedTo: null,
      maybeKnown: [],
    });
    expect(told()).toEqual([]);
  });

  it.each([
    ["will not tell", { status: 404, json: {} }],
    ["tells nonsense", { status: 200, text: "<html>" }],
  ])("shows the cloud alone when it %s", async (_name, reply) => {
    peer.on("/ocm/invite-preview", reply);

    const { json } = await previewIt(text());

    expect(json).toMatchObject({ providerName: "Peer", inviterName: null });
  });

  it.each(["INVITE_USED", "INVITE_EXPIRED", "INVITE_REVOKED", "INVITE_UNKNOWN"])("says %s at once", async (message) => {
    peer.on("/ocm/invite-preview", { status: 404, json: { message } });

    const { json } = await previewIt(text());

    expect(json.code).toBe(message);
    expect(json.detail).toMatch(/Ask for a new one\.$/);
  });

  it("shows the contact that it made when it was accepted before, without asking", async () => {
    await acceptIt();

    const { json } = await previewIt(text());

    expect(json.connectedTo).toMatchObject({ displayName: "Alice", provider: peer.provider });
    expect(peer.requestsTo("/ocm/invite-preview")).toEqual([]);
  });

  it("still lets one say yes when it is used by oneself and the answer was lost", async () => {
    peer.on("/ocm/invite-accepted", { status: 502, text: "lost" });
    await acceptIt();
    peer.on("/ocm/invite-preview", { status: 404, json: { message: "INVITE_USED" } });

    const { status, json } = await previewIt(text());

    expect([status, json.inviterName, json.connectedTo]).toEqual([200, null, null]);
  });

  it("names the contacts who may be the inviter where the cloud cannot tell", async () => {
    await acceptIt();
    const names = async () => {
      const { json } = await previewIt(`another-token-0123@${peer.provider}`);
      return json.maybeKnown.map(({ displayName }: { displayName: string }) => displayName);
    };

    const untold = await names();
    peer.on("/ocm/invite-preview", { json: { displayName: "ALICE" } });
    const sameName = await names();
    peer.on("/ocm/invite-preview", { json: { displayName: "Carol" } });
    const otherName = await names();
    peer.document.capabilities.push(INVITE_KNOWN_AS);
    await db().provider.updateMany({ data: { discoveredAt: new Date(0) } });
    peer.on("/ocm/invite-preview", { json: { displayName: "Alice" } });
    const recognised = await names();

    expect([untold, sameName, otherName, recognised]).toEqual([["Alice"], ["Alice"], [], []]);
  });

  it("does not ask a cloud that does not offer it", async () => {
    peer.document.capabilities = ["invites"];

    const { json } = await previewIt(text());

    expect(json.inviterName).toBeNull();
    expect(peer.requestsTo("/ocm/invite-preview")).toEqual([]);
  });

  it.each([
    ["there is none in the text", () => "Dear Bob, see you at eight.", 400, "INVITE_NOT_IN_TEXT"],
    ["the cloud is away", () => `${TOKEN}@peer.localhost:1`, 502, "PEER_UNREACHABLE"],
  ])("says so when %s", async (_name, given, status, code) => {
    const answer = await previewIt(given());

    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });
});

it("says so when what is named as a cloud is none", async () => {
  peer.on("/.well-known/ocm", { text: "<html>" });

  const { status, json } = await previewIt(`${TOKEN}@${peer.provider}`);

  expect([status, json.code]).toEqual([502, "DISCOVERY_INVALID"]);
});

describe("where are you from", () => {
  const go = async (body: { token: string; provider: string }) => ask(whereFrom, "/api/wayf", body);

  it("leads to the accept dialog of the invitee's own cloud", async () => {
    const { token, provider } = await inviteOf(bob);

    const { json } = await go({ token, provider: ` https://${peer.provider.toUpperCase()}/ `.trim() });
    const typedAsAddress = await go({ token, provider: `alice@${peer.provider}` });

    const dialog = new URL(json.redirect);
    expect(dialog.origin + dialog.pathname).toBe(`${peer.origin}/accept`);
    expect(Object.fromEntries(dialog.searchParams)).toEqual({ token, providerDomain: provider });
    expect(typedAsAddress.json).toEqual(json);
  });

  it("leads there with an invite that was used, perhaps by who asks and never got the answer", async () => {
    const { token } = await inviteOf(bob);
    await useUp(token);

    const { json } = await go({ token, provider: peer.provider });

    expect(json.redirect).toContain(`${peer.origin}/accept?token=${token}`);
  });

  it("asks no cloud for an invite that opens nothing, and says what became of it", async () => {
    const answers = await Promise.all((await deadTokens()).map((token) => go({ token, provider: peer.provider })));

    expect(answers.map(({ json }) => json.code)).toEqual(["INVITE_EXPIRED", "INVITE_REVOKED", "INVITE_UNKNOWN"]);
    expect(peer.requests).toEqual([]);
  });

  it("says what is wrong with the cloud, but not how one that fails does", async () => {
    const { token, provider } = await inviteOf(bob);
    await db().provider.create({ data: { siteId: bob.siteId, provider: "blocked.example.org", standing: "blocked" } });
    const { inviteAcceptDialog: _, ...withoutDialog } = peer.document;
    peer.on("/.well-known/ocm", { json: withoutDialog });

    const answers = await Promise.all([
      go({ token, provider: "no cloud" }),
      go({ token, provider }),
      go({ token, provider: "127.0.0.1" }),
      go({ token, provider: "peer.localhost:1" }),
      go({ token, provider: "blocked.example.org" }),
      go({ token, provider: peer.provider }),
    ]);

    expect(answers.map(({ json }) => json.code)).toEqual([
      "PROVIDER_INVALID",
      "IS_INVITING_CLOUD",
      "CLOUD_NOT_REACHED",
      "CLOUD_NOT_REACHED",
      "PROVIDER_NOT_TRUSTED",
      "NO_ACCEPT_DIALOG",
    ]);
    expect(answers[2]?.json.detail).toBe("No cloud answers at 127.0.0.1. Check the spelling, or try again later.");
  });

  it("names the inviter to who holds a token that lives, and of any other says what became of it", async () => {
    const site = await getSite(bob.siteId);
    const look = (token: string) => lookAtInvite(site, token, "192.0.2.1");
    const { token: used } = await inviteOf(bob);
    const live = await look(used);
    await useUp(used);

    const others = await Promise.all([used, ...(await deadTokens())].map(look));

    expect(live).toEqual({ inviterName: "Bob" });
    expect(others).toEqual([
      { dead: "INVITE_USED", message: "Somebody has already used this invite. Ask for a new one." },
      { dead: "INVITE_EXPIRED", message: "This invite has expired. Ask for a new one." },
      { dead: "INVITE_REVOKED", message: "This invite was revoked. Ask for a new one." },
      {
        dead: "INVITE_UNKNOWN",
        message: "This cloud knows no such invite. Open the whole link again, or ask for a new one.",
      },
    ]);
  });

  const rowOf = (token: string) => ({ tokenHash: hashSecret("invite", token) });
  const useUp = async (token: string) => {
    const { tokenHash: spentTokenHash } = rowOf(token);
    await db().invite.updateMany({
      where: rowOf(token),
      data: { usedAt: new Date(), tokenHash: null, tokenEncrypted: null, spentTokenHash },
    });
  };
  /** One that has expired, one that was revoked, one that nobody made. */
  async function deadTokens(): Promise<string[]> {
    const [expired, revoked] = [await inviteOf(bob), await inviteOf(bob)];
    await db().invite.updateMany({ where: rowOf(expired.token), data: { expiresAt: new Date(0) } });
    const { id } = await db().invite.findFirstOrThrow({ where: rowOf(revoked.token) });
    await revokeInvite(bob, id);
    return [expired.token, revoked.token, "inv_unknown"];
  }

  it("is not a page on which tokens can be tried without end", async () => {
    const site = await getSite(bob.siteId);
    for (let n = 0; n < 60; n++) await lookAtInvite(site, `inv_${n}`, "192.0.2.1");

    await expect(lookAtInvite(site, "inv_60", "192.0.2.1")).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
  });
});
