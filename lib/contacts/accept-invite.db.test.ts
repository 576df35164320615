import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { POST as accept } from "@/app/api/invites/accept/route";
import { POST as preview } from "@/app/api/invites/preview/route";
import { POST as create } from "@/app/api/invites/route";
import { POST as whereFrom } from "@/app/api/wayf/route";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { encodeInvite, findInvite } from "@/lib/protocol/ocm/invite-string";
import { getSite } from "@/lib/sites/sites";
import { INVITE_PREVIEW } from "@/lib/trust/site-discovery";
import { makeUser, requestOf } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";

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
    expect(json).toMatchObject({ displayName: "Alice", mail: "alice@example.org", provider: peer.provider });
    const [contact] = await contacts();
    expect(contact).toMatchObject({ userId: bob.userId, identifier: "alice@her-idp" });
    const { provider } = await getSite(bob.siteId);
    const { ourIdentifier: userID } = contact ?? {};
    expect(told()).toEqual([
      { recipientProvider: provider, token: TOKEN, userID, email: "bob@example.org", name: "Bob" },
    ]);
  });

  it("says the same again after the answer was lost, and ends with the contact", async () => {
    peer.on("/ocm/invite-accepted", { status: 502, text: "lost" });
    const lost = await acceptIt();
    peer.on("/ocm/invite-accepted", { status: 409, json: { message: "INVITE_ALREADY_ACCEPTED", ...alice } });

    const again = await acceptIt();

    expect([lost.status, lost.json.code]).toEqual([502, "PEER_FAILED"]);
    expect([again.status, again.json.displayName]).toEqual([201, "Alice"]);
    const [first, second] = told();
    expect(first).toEqual(second);
    expect(await contacts()).toHaveLength(1);
  });

  it("for the second time says that one is connected already", async () => {
    await acceptIt();
    peer.on("/ocm/invite-accepted", { status: 409, json: { message: "INVITE_ALREADY_ACCEPTED", ...alice } });

    const { status, json } = await acceptIt();

    expect(status).toBe(409);
    expect(json).toMatchObject({ code: "ALREADY_CONNECTED", detail: "You are already connected with Alice." });
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
    expect(json).toEqual({ token: TOKEN, provider: peer.provider, providerName: "Peer", inviterName });
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

  it("asks no cloud without a token that lives", async () => {
    const { status } = await go({ token: "inv_unknown", provider: peer.provider });

    expect(status).toBe(400);
    expect(peer.requests).toEqual([]);
  });

  it("refuses everything else in the same words", async () => {
    const { token } = await inviteOf(bob);
    await db().provider.create({ data: { siteId: bob.siteId, provider: "blocked.example.org", standing: "blocked" } });
    const { inviteAcceptDialog: _, ...withoutDialog } = peer.document;
    peer.on("/.well-known/ocm", { json: withoutDialog });

    const answers = await Promise.all([
      go({ token: "inv_unknown", provider: peer.provider }),
      go({ token, provider: "no cloud" }),
      go({ token, provider: "127.0.0.1" }),
      go({ token, provider: "peer.localhost:1" }),
      go({ token, provider: "blocked.example.org" }),
      go({ token, provider: peer.provider }),
    ]);

    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 400, json: { code: "WAYF_FAILED" } });
  });
});
