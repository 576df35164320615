import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { accessToShare } from "@/lib/sharing/received/access";
import { acceptShare, declineShare, leaveShare } from "@/lib/sharing/received/answer-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import type { SentShareView } from "@/lib/sharing/schema";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { getSentShare } from "@/lib/sharing/sent/sent-shares";
import { sharePrincipalOfBearer } from "@/lib/sharing/sent/share-access";
import { getSite, type Site } from "@/lib/sites/sites";
import { POST as postAnswer } from "@/server/ocm/answer-invitation";
import { POST as postInvitation } from "@/server/ocm/invitations";
import { deliverAll, makeFolder, noticesOf } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";

let peer: FakePeer;
let alice: UserPrincipal;
let site: Site;

beforeEach(async () => {
  peer = await startPeer();
  alice = await makeUser({ displayName: "Alice" });
  site = await getSite(alice.siteId);
});
afterEach(() => peer.stop());

async function answered(response: Response) {
  return { status: response.status, body: await response.json() };
}

describe("an invitation that we send", () => {
  let share: SentShareView;
  const answer = async (verb: "accept" | "reject", { id = share.id, by = peer } = {}) =>
    answered(await postAnswer(by.request(site, `/ocm/shares/${id}/${verb}`, {})));

  beforeEach(async () => {
    peer.document.criteria.push("share-invitations");
    peer.on("/ocm/invitations", { status: 201, json: { recipientDisplayName: "Bob" } });
    const nodeId = (await makeFolder(alice)).id;
    const recipient = { kind: "address", address: `bob@${peer.provider}` } as const;
    share = await sendShare(alice, { nodeId, recipient, role: "editor", expiresAt: null, note: "" });
    await deliverAll();
  });

  it("tells what is shared and with which rights, but nothing that opens it", async () => {
    const [request] = peer.requestsTo("/ocm/invitations");
    const invitation = JSON.parse(`${request?.body}`);

    expect(invitation).toMatchObject({ providerId: share.id, permissions: ["read", "write"], shareType: "user" });
    expect(invitation).not.toHaveProperty("protocol");
    expect(`${request?.body}`).not.toContain("shr_");
    expect(await db().accessToken.count()).toBe(0);
    expect(await getSentShare(alice, share.id)).toMatchObject({ state: "delivered" });
  });

  it("is opened by its acceptance alone, which brings the share with a token", async () => {
    const { status, body } = await answer("accept");

    expect(status).toBe(200);
    expect(body).toMatchObject({
      token_type: "Bearer",
      share: { protocol: { webdav: { permissions: ["read", "write"] } } },
    });
    const principal = await sharePrincipalOfBearer(site.id, share.id, body.access_token);
    expect(principal).toMatchObject({ sentShareId: share.id, role: "editor" });
    expect(await getSentShare(alice, share.id)).toMatchObject({ state: "accepted" });
    expect(await noticesOf(alice)).toEqual(["share-accepted"]);
  });

  it("says that it was accepted already, and gives the same again to whom it was given", async () => {
    const first = await answer("accept");

    const second = await answer("accept");

    expect(second).toMatchObject({ status: 409, body: { message: "ALREADY_ACCEPTED", share: first.body.share } });
    expect(await noticesOf(alice)).toEqual(["share-accepted"]);
  });

  it("says that it has expired, or is over", async () => {
    await db().sentShare.updateMany({ data: { expiresAt: new Date(Date.now() - 1000) } });
    const expired = await answer("accept");
    await revokeShare(alice, share.id);
    const revoked = await answer("accept");

    expect(expired).toMatchObject({ status: 410, body: { message: "SHARE_EXPIRED" } });
    expect(revoked).toMatchObject({ status: 404, body: { message: "SHARE_ENDED" } });
    expect(await db().accessToken.count()).toBe(0);
  });

  it("is answered by the name that it was offered under last, and by no other", async () => {
    const offeredAs = newId();
    await db().sentShare.updateMany({ data: { offeredAs } });

    const before = await answer("accept");
    const accepted = await answer("accept", { id: offeredAs });
    const rejected = await answer("reject", { id: offeredAs });

    expect([before.status, accepted.status, rejected.status]).toEqual([404, 200, 200]);
    expect(accepted.body.share).toMatchObject({ providerId: offeredAs });
    expect(await getSentShare(alice, share.id)).toMatchObject({ state: "left" });
  });

  it("is nobody else's to answer, nor one that is not there", async () => {
    const other = await startPeer();
    const byOther = await answer("accept", { by: other });
    const unknown = await Promise.all([newId(), "none"].map((id) => answer("accept", { id })));
    const rejected = await answer("reject", { by: other });
    await other.stop();

    for (const { status, body } of [byOther, ...unknown, rejected]) {
      expect([status, body.message]).toEqual([404, "SHARE_NOT_FOUND"]);
    }
    expect(await getSentShare(alice, share.id)).toMatchObject({ state: "delivered" });
  });

  it("is over once it was rejected, however often that is said", async () => {
    expect((await answer("reject")).status).toBe(200);
    expect((await answer("reject")).status).toBe(200);

    expect(await noticesOf(alice)).toEqual(["share-declined"]);
    expect(await answer("accept")).toMatchObject({ status: 404, body: { message: "SHARE_ENDED" } });
  });
});

describe("an invitation that we receive", () => {
  let identifier: string;
  const only = async () => {
    const [share] = (await listReceivedShares(alice)).items;
    if (!share) throw new Error("Nothing was received.");
    return share;
  };
  const webdav = { uri: "s1", sharedSecret: "a-secret", permissions: ["read"], requirements: ["must-exchange-token"] };
  const whole = { share: { protocol: { webdav } }, access_token: "t", token_type: "Bearer", expires_in: 60 };
  const receive = async (changes: object = {}) =>
    answered(
      await postInvitation(
        peer.request(site, "/ocm/invitations", {
          shareWith: `${identifier}@${site.provider}`,
          name: "Photos",
          providerId: "s1",
          owner: `bob-1@${peer.provider}`,
          sender: `bob-1@${peer.provider}`,
          senderDisplayName: "Bob",
          shareType: "user",
          resourceType: "folder",
          permissions: ["read", "write"],
          ...changes,
        }),
      ),
    );

  beforeEach(async () => {
    identifier = `pairwise-${newId()}`;
    const known = { provider: peer.provider, identifier: "bob-1", ourIdentifier: identifier };
    await db().contact.create({ data: { siteId: site.id, userId: alice.userId, displayName: "Bob", ...known } });
    peer.on("/ocm/token", { json: { access_token: "token-1", token_type: "Bearer", expires_in: 3600 } });
  });

  it("waits as any offer does, and the same one is the same", async () => {
    const answers = [await receive(), await receive()];

    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(await only()).toMatchObject({ state: "pending", senderName: "Bob", role: "editor", isFromContact: true });
    expect(await noticesOf(alice)).toEqual(["share-offered"]);
  });

  it("is accepted there, and opens with what that brings", async () => {
    await receive();
    peer.on("/ocm/shares/s1/accept", { json: whole });
    const { id } = await only();
    await acceptShare(alice, id);
    await expect(accessToShare(site.id, id)).rejects.toMatchObject({ status: 503, code: "SHARE_NOT_READY" });

    await deliverAll();

    expect(await accessToShare(site.id, id)).toEqual({
      baseUrl: `${peer.origin}/dav/ocm/s1`,
      authorization: "Bearer token-1",
      hasAnswered: true,
    });
    expect(await only()).toMatchObject({ state: "accepted", role: "viewer" });
    expect(JSON.stringify(await db().receivedShare.findFirst())).not.toContain("a-secret");
    await deliverAll();
    expect(peer.requestsTo("/ocm/shares/s1/accept")).toHaveLength(1);
  });

  it("opens also when the first answer to its acceptance was lost", async () => {
    await receive();
    peer.on("/ocm/shares/s1/accept", { status: 409, json: { message: "ALREADY_ACCEPTED", ...whole } });
    const { id } = await only();
    await acceptShare(alice, id);

    await deliverAll();

    expect((await accessToShare(site.id, id)).authorization).toBe("Bearer token-1");
  });

  it.each([
    ["has expired", { status: 410, json: { message: "SHARE_EXPIRED" } }],
    ["is not known there", { status: 404, json: {} }],
    ["was accepted by somebody else", { status: 409, json: {} }],
    ["is opened by nothing that is told", { status: 200, json: { share: {} } }],
  ])("ends, and its receiver hears why, when it %s", async (_, reply) => {
    await receive();
    peer.on("/ocm/shares/s1/accept", reply);
    const { id } = await only();
    await acceptShare(alice, id);

    await deliverAll();

    expect(await only()).toMatchObject({ state: "revoked" });
    expect(await noticesOf(alice)).toContain("share-untold");
    await expect(accessToShare(site.id, id)).rejects.toMatchObject({ code: "SHARE_ENDED" });
  });

  it("is accepted later by a cloud that does not deal with us just now", async () => {
    await receive();
    peer.on("/ocm/shares/s1/accept", { status: 403, json: {} });
    await acceptShare(alice, (await only()).id);
    await deliverAll();
    expect(await only()).toMatchObject({ state: "accepted" });

    peer.on("/ocm/shares/s1/accept", { json: whole });
    await db().delivery.updateMany({ data: { nextAttemptAt: new Date() } });
    await deliverAll();

    expect((await accessToShare(site.id, (await only()).id)).authorization).toBe("Bearer token-1");
  });

  it("is rejected there when it is declined or left", async () => {
    await receive();
    await receive({ providerId: "s2" });
    peer.on("/ocm/shares/s1/accept", { json: whole });
    for (const id of ["s1", "s2"]) peer.on(`/ocm/shares/${id}/reject`, { json: {} });
    const rows = await db().receivedShare.findMany({ orderBy: { providerId: "asc" } });
    const [one, other] = rows.map(({ id }) => id) as [string, string];
    await acceptShare(alice, one);
    await deliverAll();

    await leaveShare(alice, one);
    await declineShare(alice, other);
    await deliverAll();

    expect(peer.requestsTo("/ocm/shares/s1/reject")).toHaveLength(1);
    expect(peer.requestsTo("/ocm/shares/s2/reject")).toHaveLength(1);
    expect(peer.requestsTo("/ocm/notifications")).toHaveLength(0);
    expect(await db().receivedShare.count({ where: { secretEncrypted: { not: null } } })).toBe(0);
  });

  it("is refused to a group, and in the name of another cloud", async () => {
    expect(await receive({ shareType: "group" })).toMatchObject({ status: 501 });
    expect(await receive({ sender: "bob-1@other.example.org" })).toMatchObject({ status: 403 });
    expect((await listReceivedShares(alice)).items).toEqual([]);
  });
});
