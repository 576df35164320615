import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { SessionPrincipal } from "@/lib/core/principal";
import { getSite } from "@/lib/sites/sites";
import { befriend } from "@/tests/clouds";
import { makeAppPassword, makeUser, programRequest, requestOf } from "@/tests/make";
import { makeFile } from "@/tests/make-files";
import { type FakePeer, startPeer } from "@/tests/peer";
import { GET as nothing } from "./[...path]/route";
import { POST as acceptInvite } from "./accept-invite/route";
import { POST as createShare } from "./create-share/route";
import { DELETE as deleteAcceptedUser } from "./delete-accepted-user/route";
import { GET as findAcceptedUsers } from "./find-accepted-users/route";
import { POST as generateInvite } from "./generate-invite/route";
import { GET as listInvite } from "./list-invite/route";
import { GET as listProviders } from "./list-providers/route";

let alice: SessionPrincipal;
let peer: FakePeer;
let authorization: string;
const bob = { userID: "bob@his-idp", email: "bob@example.org", name: "Bob" };

beforeEach(async () => {
  alice = await makeUser({ userName: "alice", displayName: "Alice" });
  authorization = await makeAppPassword(alice, ["shares"]);
  peer = await startPeer();
  peer.on("/ocm/invite-accepted", { json: bob });
});
afterEach(() => peer.stop());

type Handler = (request: Request) => Promise<Response>;
async function ask(handler: Handler, path: string, method = "GET", body?: object | string) {
  const isForm = typeof body === "string";
  const text = isForm ? body : body && JSON.stringify(body);
  const request = await programRequest(alice, authorization, `/sciencemesh/${path}`, method, text);
  request.headers.set("content-type", isForm ? "application/x-www-form-urlencoded" : "application/json");
  const response = await handler(request);
  const answer = await response.text();
  return { status: response.status, json: answer ? JSON.parse(answer) : undefined };
}
const accept = (body: object | string) => ask(acceptInvite, "accept-invite", "POST", body);
const invite = () => ({ token: "a55a966e-15c1-4cb9-a39d-4e4c54399baf", providerDomain: peer.provider });

describe("who asks", () => {
  it("is a program with an app password for shares, or somebody who is signed in, from a page of ours", async () => {
    const post = (headers?: Record<string, string>) =>
      requestOf(alice, "/sciencemesh/generate-invite", { method: "POST", headers });

    expect((await generateInvite(await post())).status).toBe(200);
    const foreign = await generateInvite(await post({ origin: "https://evil.example.org" }));
    expect([foreign.status, await foreign.json()]).toEqual([
      403,
      { code: "UNTRUSTED_SERVICE", message: "This request did not come from a page of this cloud." },
    ]);
    authorization = await makeAppPassword(alice, ["files"]);
    expect(await ask(listInvite, "list-invite")).toMatchObject({ status: 403 });
  });

  it("is told to prove itself otherwise", async () => {
    for (const sent of ["", "Bearer app_wrong"]) {
      const refused = await listInvite(await programRequest(alice, sent, "/sciencemesh/list-invite"));

      expect(refused.headers.get("www-authenticate")).toContain("Bearer");
      expect([refused.status, (await refused.json()).code]).toEqual([401, "UNAUTHENTICATED"]);
    }
  });

  it("hears in these words that there is nothing at an address", async () => {
    expect(await ask(nothing, "sing")).toMatchObject({ status: 404, json: { code: "RESOURCE_NOT_FOUND" } });
  });
});

describe("invites", () => {
  it.each([
    ["JSON", "", { description: "For Bob", recipient: "" }],
    ["a form", "", "description=For+Bob"],
    ["the query", "?description=For%20Bob", undefined],
  ])("are made from %s, and listed while they wait", async (_name, query, body) => {
    const { status, json } = await ask(generateInvite, `generate-invite${query}`, "POST", body);

    expect(status).toBe(200);
    const { origin } = await getSite(alice.siteId);
    expect(json).toEqual({
      token: expect.stringMatching(/^inv_/),
      description: "For Bob",
      expiration: expect.any(Number),
      invite_link: `${origin}/invite?token=${json.token}`,
    });
    const row = await db().invite.findFirstOrThrow({ where: { siteId: alice.siteId } });
    expect(json.expiration).toBe(Math.floor(row.expiresAt.getTime() / 1000));
    expect(await ask(listInvite, "list-invite")).toEqual({ status: 200, json: [json] });
    await db().invite.updateMany({ where: { siteId: alice.siteId }, data: { revokedAt: new Date() } });
    expect(await ask(listInvite, "list-invite")).toEqual({ status: 200, json: [] });
  });

  it("are made though nobody can be written to from here, and not for what is no address", async () => {
    const made = await ask(generateInvite, "generate-invite", "POST", { recipient: "bob@example.org" });
    const refused = await ask(generateInvite, "generate-invite", "POST", { recipient: "bob" });

    expect(made).toMatchObject({ status: 200, json: { invite_link: expect.any(String) } });
    expect(refused).toEqual({
      status: 400,
      json: { code: "INVALID_PARAMETER", message: expect.any(String) },
    });
  });

  it.each([
    ["JSON", () => invite()],
    ["a form", () => new URLSearchParams(invite()).toString()],
  ])("of other clouds are accepted from %s, once", async (_name, body) => {
    expect(await accept(body())).toEqual({ status: 200, json: undefined });
    expect(await ask(findAcceptedUsers, "find-accepted-users")).toEqual({
      status: 200,
      json: [{ display_name: "Bob", idp: peer.provider, user_id: "bob@his-idp", mail: "bob@example.org" }],
    });

    peer.on("/ocm/invite-accepted", { status: 409, json: bob });
    expect(await accept(body())).toEqual({
      status: 409,
      json: { code: "ALREADY_EXIST", message: "You are connected with this person already." },
    });
  });

  it("say why they are not accepted", async () => {
    const refused = (status: number, code: string) => ({ status, json: { code, message: expect.any(String) } });

    peer.on("/ocm/invite-accepted", { status: 400, json: { message: "TOKEN_INVALID" } });
    expect(await accept(invite())).toEqual(refused(404, "RESOURCE_NOT_FOUND"));
    peer.on("/ocm/invite-accepted", { status: 400, json: { message: "INVITE_EXPIRED" } });
    expect(await accept(invite())).toEqual(refused(400, "INVALID_PARAMETER"));
    peer.on("/ocm/invite-accepted", { status: 409, json: {} });
    expect(await accept(invite())).toEqual(refused(409, "ALREADY_EXIST"));
    peer.on("/ocm/invite-accepted", { status: 500, json: {} });
    expect(await accept(invite())).toEqual(refused(502, "PROVIDER_ERROR"));
    expect(await accept({ token: "x" })).toEqual(refused(400, "INVALID_PARAMETER"));
    expect(await accept("token=a%00b&providerDomain=x")).toEqual(refused(400, "INVALID_PARAMETER"));
    expect(await accept([])).toEqual(refused(400, "INVALID_PARAMETER"));
  });
});

describe("contacts and clouds", () => {
  it("are removed by what their own cloud calls them, with what is shared", async () => {
    const other = await makeUser({ displayName: "Bob" });
    const [contact] = await befriend(alice, other);
    const named = { idp: `https://${contact.provider}`, user_id: contact.identifier };

    expect(await ask(deleteAcceptedUser, "delete-accepted-user", "DELETE", { ...named, user_id: "x" })).toMatchObject({
      status: 404,
      json: { code: "RESOURCE_NOT_FOUND" },
    });
    expect(await ask(deleteAcceptedUser, "delete-accepted-user", "DELETE", named)).toMatchObject({ status: 200 });

    expect((await ask(findAcceptedUsers, "find-accepted-users")).json).toEqual([]);
  });

  it("are not those of somebody else", async () => {
    const carol = await makeUser({ site: await getSite(alice.siteId) });
    const [contact] = await befriend(carol, await makeUser());

    expect((await ask(findAcceptedUsers, "find-accepted-users")).json).toEqual([]);
    const named = { idp: contact.provider, user_id: contact.identifier };
    expect((await ask(deleteAcceptedUser, "delete-accepted-user", "DELETE", named)).status).toBe(404);
  });

  it("are clouds of followed directories too, but those that are blocked", async () => {
    const { siteId } = alice;
    await db().provider.createMany({
      data: [
        { siteId, provider: "one.example.org", standing: "listed" },
        { siteId, provider: "three.example.org", standing: "blocked" },
      ],
    });
    const directory = await db().directory.create({
      data: { siteId, url: "https://list.example.org", keys: [], isTrusted: false, readAt: new Date() },
    });
    await db().directoryCloud.createMany({
      data: ["one", "three", "five"].map((name) => ({
        siteId,
        directoryId: directory.id,
        provider: `${name}.example.org`,
        name: `The ${name}`,
      })),
    });

    expect((await ask(listProviders, "list-providers")).json).toEqual([
      { full_name: "one.example.org", domain: "one.example.org" },
      { full_name: "The five", domain: "five.example.org" },
    ]);
    expect((await ask(listProviders, "list-providers?search=FIVE")).json).toHaveLength(1);
  });

  it("are found by domain or name among those that the administrators trust", async () => {
    const { siteId } = alice;
    const discovery = { name: "Town hall", apiVersion: "1.4.0", endPoint: "", capabilities: [], criteria: [] };
    await db().provider.createMany({
      data: [
        { siteId, provider: "one.example.org", standing: "listed", discovery },
        { siteId, provider: "two.example.org", standing: "listed" },
        { siteId, provider: "three.example.org", standing: "blocked" },
        { siteId, provider: "four.example.org" },
      ],
    });

    const [one, two] = (await ask(listProviders, "list-providers")).json;
    const found = (search: string) => ask(listProviders, `list-providers?search=${search}`);

    expect(one).toMatchObject({ domain: "one.example.org" });
    expect(two).toEqual({ full_name: "two.example.org", domain: "two.example.org" });
    expect((await found("TWO")).json).toEqual([two]);
    expect((await found("nowhere")).json).toEqual([]);
  });
});

describe("shares", () => {
  const share = (changes: object = {}) =>
    ask(createShare, "create-share", "POST", {
      sourcePath: "/Photos",
      targetPath: "/Photos",
      type: "folder",
      role: "editor",
      recipientUsername: "bob@his-idp",
      recipientHost: peer.provider,
      ...changes,
    });
  beforeEach(() => makeFile(alice, "/Photos/a.txt"));

  it("are sent to a contact by what the contact's cloud calls it", async () => {
    await accept(invite());

    const { status, json } = await share();

    expect(status).toBe(200);
    expect(json).toMatchObject({ name: "Photos", recipientName: "Bob", role: "editor", state: "queued" });
    expect(await share()).toMatchObject({ status: 409, json: { code: "ALREADY_EXIST" } });
  });

  it("are refused of what is not there, for a role that there is not, and to no cloud", async () => {
    expect(await share({ sourcePath: "/None" })).toMatchObject({ status: 404, json: { code: "RESOURCE_NOT_FOUND" } });
    expect(await share({ sourcePath: "/" })).toMatchObject({ status: 404 });
    expect(await share({ role: "owner" })).toMatchObject({ status: 400, json: { code: "INVALID_PARAMETER" } });
    expect(await share({ recipientHost: "a b" })).toMatchObject({ status: 400 });
    expect(await db().sentShare.count()).toBe(0);
  });
});
