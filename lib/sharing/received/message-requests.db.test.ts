import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import type { Site } from "@/lib/sites/sites";
import { setManners } from "@/lib/trust/providers";
import { POST as postNotification } from "@/server/ocm/notifications";
import { POST as postShare } from "@/server/ocm/shares";
import { makeSite, makeUser } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";
import { acceptShare } from "./answer-share";
import { blockSender, listBlockedSenders, unblockSender } from "./blocked-senders";
import { listReceivedShares } from "./received-shares";

let peer: FakePeer;
let site: Site;
let bob: UserPrincipal;
let address: string;

beforeEach(async () => {
  peer = await startPeer();
  site = await makeSite();
  bob = await makeUser({ site, userName: "bob", displayName: "Bob", isAdmin: true });
  const { identifier } = await db().user.findFirstOrThrow({ where: { id: bob.userId } });
  address = `${identifier}@${site.provider}`;
  await db().provider.create({ data: { siteId: site.id, provider: peer.provider } });
});
afterEach(() => peer.stop());

let lastId = 0;
const offer = (from: string, sharedSecret = "a-secret") => ({
  ...{ shareWith: address, name: "Photos", providerId: `s${++lastId}`, shareType: "user", resourceType: "folder" },
  ...{ owner: `${from}@${peer.provider}`, sender: `${from}@${peer.provider}`, senderDisplayName: from },
  protocol: { name: "multi", webdav: { uri: "s1", sharedSecret, permissions: ["read"] } },
});

function unsigned(path: string, message: object): Request {
  const headers = { "content-type": "application/json", "x-tessera-site": site.id, "x-tessera-address": "192.0.2.1" };
  return new Request(`http://localhost:3000${path}`, { method: "POST", headers, body: JSON.stringify(message) });
}
const sendUnsigned = async (from = "alice") => (await postShare(unsigned("/ocm/shares", offer(from)))).status;
const sendSigned = async (from = "alice") => {
  const response = await postShare(peer.request(site, "/ocm/shares", offer(from)));
  return { status: response.status, body: await response.json() };
};
const waiting = async () => (await listReceivedShares(bob)).items.filter(({ state }) => state === "pending");
const first = async () => {
  const [share] = await waiting();
  if (!share) throw new Error("Nothing waits.");
  return share;
};

describe("an unsigned offer", () => {
  const takeUnsigned = () => setManners(bob, peer.provider, { acceptsUnsigned: true });

  it("is refused unless an administrator takes what that cloud does not sign", async () => {
    const before = await sendUnsigned();
    await takeUnsigned();

    expect([before, await sendUnsigned()]).toEqual([401, 201]);
    expect(await waiting()).toMatchObject([{ isFromContact: false, request: { isVerified: false } }]);
    const entry = { action: "provider-manners", subject: peer.provider, detail: { acceptsUnsigned: true } };
    expect(await db().auditEntry.findFirst({ where: { action: entry.action } })).toMatchObject(entry);
  });

  it("is refused once that cloud has signed, until an administrator decides anew", async () => {
    await takeUnsigned();
    await sendSigned();
    const after = await sendUnsigned();
    await takeUnsigned();

    expect([after, await sendUnsigned()]).toEqual([401, 201]);
  });

  it("is refused of a blocked cloud, whatever is taken of it", async () => {
    await takeUnsigned();
    await db().provider.updateMany({ data: { standing: "blocked" } });

    expect(await sendUnsigned()).toBe(403);
  });

  it("can be said twice, and is one", async () => {
    await takeUnsigned();
    const message = offer("alice");
    const send = async () => (await postShare(unsigned("/ocm/shares", message))).status;

    expect([await send(), await send()]).toEqual([201, 201]);
    expect(await waiting()).toHaveLength(1);
  });
});

describe("an unsigned notification", () => {
  const end = (providerId: string, sharedSecret?: string) => ({
    ...{ notificationType: "SHARE_UNSHARED", resourceType: "file", providerId },
    notification: sharedSecret === undefined ? {} : { sharedSecret },
  });
  const tell = async (message: object) => (await postNotification(unsigned("/ocm/notifications", message))).status;

  it("counts with the share's secret alone, and where such are taken", async () => {
    await sendSigned();
    const providerId = `s${lastId}`;
    const before = await tell(end(providerId, "a-secret"));
    await setManners(bob, peer.provider, { acceptsUnsigned: true });
    const without = [await tell(end(providerId)), await tell(end(providerId, "another"))];

    expect([before, ...without]).toEqual([401, 400, 400]);
    expect(await waiting()).toHaveLength(1);
    expect(await tell(end(providerId, "a-secret"))).toBe(201);
    expect(await waiting()).toEqual([]);
  });
});

describe("a message request", () => {
  it("shows since when its cloud is known and with which keys it signs", async () => {
    await sendSigned();

    const { request } = await first();

    expect(request).toEqual({
      isVerified: true,
      cloudKnownSince: expect.any(String),
      keys: [expect.any(String)],
      via: null,
    });
  });

  it("is accepted once, or with the contact", async () => {
    await sendSigned("alice");
    await acceptShare(bob, (await first()).id);
    const before = await db().contact.count();
    await sendSigned("alice");
    await acceptShare(bob, (await first()).id, { addContact: true });
    await sendSigned("alice");

    expect(before).toBe(0);
    expect(await db().contact.findMany()).toMatchObject([{ identifier: "alice", displayName: "alice", mail: "" }]);
    expect(await first()).toMatchObject({ isFromContact: true, request: null });
  });

  it.each([
    ["person", [400, 201]],
    ["cloud", [400, 400]],
  ] as const)("blocks its %s, who hears what a stranger to nobody hears", async (whom, [alices, eves]) => {
    await sendSigned("alice");
    const { id } = await first();
    await sendSigned("alice");

    await blockSender(bob, id, { whom });

    expect(await waiting()).toEqual([]);
    const again = await sendSigned("alice");
    const nobody = peer.request(site, "/ocm/shares", { ...offer("alice"), shareWith: `nobody@${site.provider}` });
    expect([again.status, (await sendSigned("eve")).status]).toEqual([alices, eves]);
    expect(again.body).toEqual(await (await postShare(nobody)).json());
    expect(await listBlockedSenders(bob)).toMatchObject([{ provider: peer.provider }]);
  });

  it("comes again from whoever is blocked no more", async () => {
    await sendSigned("alice");
    await blockSender(bob, (await first()).id, { whom: "person" });
    await unblockSender(bob, { provider: peer.provider, identifier: "alice" });

    expect((await sendSigned("alice")).status).toBe(201);
    expect(await listBlockedSenders(bob)).toEqual([]);
  });

  it("is nobody else's to block", async () => {
    await sendSigned("alice");
    const { id } = await first();
    const eve = await makeUser({ site, userName: "eve" });

    const blocking = blockSender(eve, id, { whom: "cloud" });

    await expect(blocking).rejects.toMatchObject({ status: 404, code: "SHARE_NOT_FOUND" });
  });
});
