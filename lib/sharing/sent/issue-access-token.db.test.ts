import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeContact } from "@/lib/contacts/remove-contact";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { hashSecret } from "@/lib/core/secrets";
import { ownTree } from "@/lib/files/own-tree";
import { restoreTrashed } from "@/lib/files/trash";
import type { SentShareView } from "@/lib/sharing/schema";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sweepAccessTokens } from "@/lib/sharing/sent/issue-access-token";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { getSentShare } from "@/lib/sharing/sent/sent-shares";
import { sharePrincipalOfBearer } from "@/lib/sharing/sent/share-access";
import { getSite, type Site } from "@/lib/sites/sites";
import { POST as postNotification } from "@/server/ocm/notifications";
import { POST as postToken } from "@/server/ocm/token";
import { makeFolder, noticesOf, offerOf } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";

let peer: FakePeer;
let alice: UserPrincipal;
let site: Site;
let share: SentShareView;
let secret: string;

beforeEach(async () => {
  peer = await startPeer();
  alice = await makeUser({ displayName: "Alice" });
  site = await getSite(alice.siteId);
  const nodeId = (await makeFolder(alice)).id;
  const recipient = { kind: "address", address: `bob@${peer.provider}` } as const;
  share = await sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
  secret = (await offerOf(site.id, share.id)).protocol.webdav?.sharedSecret ?? "";
});
afterEach(() => peer.stop());

const FORM = { contentType: "application/x-www-form-urlencoded" };
const fields = (changes = {}) => ({
  ...{ grant_type: "authorization_code", client_id: peer.provider, code: secret },
  ...changes,
});
async function ask(changes: Record<string, string> = {}, from = peer) {
  const form = new URLSearchParams(fields(changes)).toString();
  const response = await postToken(from.request(site, "/ocm/token", form, FORM));
  return { status: response.status, headers: response.headers, body: await response.json() };
}
async function answer(notificationType: string, from = peer) {
  const message = { notificationType, providerId: share.id, notification: {} };
  const response = await postNotification(from.request(site, "/ocm/notifications", message));
  return response.status;
}
const open = async (token: string, id = share.id) => sharePrincipalOfBearer(site.id, id, token);
const expireShare = () => db().sentShare.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });

describe("the token endpoint", () => {
  it("gives a token for an hour, which rests hashed, and counts that as acceptance", async () => {
    const { status, headers, body } = await ask();

    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(body).toEqual({ access_token: expect.any(String), token_type: "Bearer", expires_in: expect.any(Number) });
    expect(body.expires_in).toBeGreaterThan(3590);
    expect(await db().accessToken.findFirst()).toMatchObject({
      tokenHash: hashSecret("access-token", body.access_token),
    });
    expect(await getSentShare(alice, share.id)).toMatchObject({ state: "accepted" });
    expect(await noticesOf(alice)).toEqual(["share-accepted"]);
    expect(await open(body.access_token)).toMatchObject({ ownerId: alice.userId, role: "viewer" });
  });

  it("never gives one that outlives the share", async () => {
    await db().sentShare.updateMany({ data: { expiresAt: new Date(Date.now() + 60_000) } });

    expect((await ask()).body.expires_in).toBeLessThanOrEqual(60);
  });

  it.each(["authorization_code", "ocm_authorization_code", "ocm_share"])(
    "takes JSON and the grant types of earlier drafts too: %s",
    async (grant_type) => {
      const response = await postToken(peer.request(site, "/ocm/token", fields({ grant_type })));

      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ token_type: "Bearer", expires_in: expect.any(Number) });
      expect(await ask({ grant_type })).toMatchObject({ status: 200, body: { token_type: "Bearer" } });
    },
  );

  it.each([
    ["an unknown code", { code: "shr_wrong" }, "invalid_grant"],
    ["another client's name", { client_id: "other.example.org" }, "invalid_client"],
    ["another grant", { grant_type: "password" }, "unsupported_grant_type"],
    ["no code", { code: "" }, "invalid_request"],
  ])("refuses %s", async (_name, changes, error) => {
    const refused = await ask(changes);

    expect(refused).toMatchObject({ status: 400, body: { error, error_description: expect.any(String) } });
    expect(await db().accessToken.count()).toBe(0);
    expect(await getSentShare(alice, share.id)).toMatchObject({ state: "queued" });
  });

  it("refuses the code of a share with another cloud", async () => {
    const stranger = await startPeer();

    const refused = await ask({ client_id: stranger.provider }, stranger);

    expect(refused).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    await stranger.stop();
  });

  it.each([
    ["revoked", () => revokeShare(alice, share.id)],
    ["expired", expireShare],
    ["declined", () => answer("SHARE_DECLINED")],
  ])("refuses for a share that is %s", async (_name, end) => {
    await end();

    expect(await ask()).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  });

  it("asks for patience while the sender is disabled or the folder in the trash", async () => {
    await db().user.updateMany({ data: { disabledAt: new Date() } });
    const whileDisabled = await ask();
    await db().user.updateMany({ data: { disabledAt: null } });
    await ownTree(alice).remove(["Photos"]);
    const whileTrashed = await ask();

    for (const refused of [whileDisabled, whileTrashed]) {
      expect(refused).toMatchObject({ status: 503, body: { error: "temporarily_unavailable" } });
      expect(refused.headers.get("retry-after")).toBe("300");
    }
  });

  it("answers a repeated request with the first answer, and issues nothing more", async () => {
    const form = new URLSearchParams(fields()).toString();
    const created = Math.floor(Date.now() / 1000);
    const make = () => postToken(peer.request(site, "/ocm/token", form, { ...FORM, nonce: null, created }));
    const first = await (await make()).json();

    const second = await (await make()).json();

    expect(second).toEqual(first);
    expect(await db().accessToken.count()).toBe(1);
  });
});

describe("an access token", () => {
  let token: string;
  beforeEach(async () => {
    token = (await ask()).body.access_token;
  });

  it("opens its own share and no other", async () => {
    await expect(open(token, newId())).rejects.toMatchObject({ status: 401 });
    await expect(open(token, "nonsense")).rejects.toMatchObject({ status: 401 });
    await expect(open("sat_wrong")).rejects.toMatchObject({ status: 401, code: "ACCESS_TOKEN_INVALID" });
    await expect(open(secret)).rejects.toMatchObject({ status: 401 });
    await expect(sharePrincipalOfBearer(newId(), share.id, token)).rejects.toMatchObject({ status: 401 });
  });

  it("ends, and is swept", async () => {
    await db().accessToken.updateMany({ data: { expiresAt: new Date() } });

    await expect(open(token)).rejects.toMatchObject({ status: 401 });
    await sweepAccessTokens();
    expect(await db().accessToken.count()).toBe(0);
  });

  it("opens nothing once the share has expired, been revoked or been given back", async () => {
    await expireShare();
    await expect(open(token)).rejects.toMatchObject({ status: 404, code: "SHARE_ENDED" });
    await db().sentShare.updateMany({ data: { expiresAt: null } });
    expect(await open(token)).toMatchObject({ role: "viewer" });

    await answer("SHARE_DECLINED");

    await expect(open(token)).rejects.toMatchObject({ status: 401 });
    expect(await noticesOf(alice)).toEqual(["share-accepted", "share-left"]);
  });

  it("opens nothing from the moment on in which its contact was removed", async () => {
    const { siteId, userId } = alice;
    const bob = { provider: peer.provider, identifier: "bob", ourIdentifier: newId(), displayName: "Bob" };
    const { id: contactId } = await db().contact.create({ data: { siteId, userId, ...bob } });
    await db().sentShare.updateMany({ data: { contactId } });
    expect(await open(token)).toMatchObject({ role: "viewer" });

    await removeContact(alice, contactId);

    await expect(open(token)).rejects.toMatchObject({ status: 404, code: "SHARE_ENDED" });
    expect(await ask()).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  });

  it("waits while the sender is disabled or a folder above is in the trash, and opens again", async () => {
    const suspended = { status: 503, code: "SHARE_SUSPENDED", retryAfter: 300 };
    await db().user.updateMany({ data: { disabledAt: new Date() } });
    await expect(open(token)).rejects.toMatchObject(suspended);
    await db().user.updateMany({ data: { disabledAt: null } });
    await ownTree(alice).makeFolder(["Year"]);
    await ownTree(alice).move(["Photos"], ["Year", "Photos"]);
    expect(await open(token)).toMatchObject({ nodeId: share.nodeId });

    await ownTree(alice).remove(["Year"]);
    await expect(open(token)).rejects.toMatchObject(suspended);
    const { id } = await db().fileNode.findFirstOrThrow({ where: { trashedAt: { not: null } } });
    await restoreTrashed(alice, [id]);

    expect(await open(token)).toMatchObject({ nodeId: share.nodeId });
  });
});

describe("the other side's answer", () => {
  it("is heard once, however often it comes, and a refusal is for good", async () => {
    const statuses = [];
    for (const type of ["SHARE_ACCEPTED", "SHARE_ACCEPTED", "SHARE_DECLINED", "SHARE_DECLINED", "SHARE_ACCEPTED"]) {
      statuses.push(await answer(type));
    }

    expect(statuses).toEqual([201, 201, 201, 201, 201]);
    expect(await noticesOf(alice)).toEqual(["share-accepted", "share-left"]);
    expect(await getSentShare(alice, share.id)).toMatchObject({ state: "left" });
    expect(await db().sentShare.findFirst()).toMatchObject({ secretHash: null, secretEncrypted: null });
  });

  it("may be given back with SHARE_UNSHARED", async () => {
    await answer("SHARE_ACCEPTED");

    await answer("SHARE_UNSHARED");

    expect(await getSentShare(alice, share.id)).toMatchObject({ state: "left" });
  });

  it("is heard from the cloud it was sent to only", async () => {
    const stranger = await startPeer();

    const statuses = [await answer("SHARE_ACCEPTED", stranger), await answer("SHARE_DECLINED", stranger)];

    expect(statuses).toEqual([400, 400]);
    expect(await getSentShare(alice, share.id)).toMatchObject({ state: "queued" });
    await stranger.stop();
  });
});
