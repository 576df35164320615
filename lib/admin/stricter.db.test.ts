import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dryRun } from "@/lib/admin/dry-run";
import { changePolicies } from "@/lib/admin/policies";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { secondFactorRule } from "@/lib/sharing/sent/asks-second-factor";
import { describeSentShare } from "@/lib/sharing/sent/describe-sent-share";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { setOwnListener } from "@/lib/sites/own-listener";
import { getSite, listSites, type Site } from "@/lib/sites/sites";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { keysOfProvider } from "@/lib/trust/provider-keys";
import { setManners } from "@/lib/trust/providers";
import { describeSite } from "@/lib/trust/site-discovery";
import { POST } from "@/server/ocm/shares";
import { makeFolder } from "@/tests/clouds";
import { makeSite, makeUser } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";

// What a site asks of all other clouds, and from what it departs for one.
let peer: FakePeer;
let alice: UserPrincipal;
let site: Site;
const known = newId();

beforeEach(async () => {
  peer = await startPeer({ capabilities: ["exchange-token", "enforce-mfa"] });
  alice = await makeUser({ displayName: "Alice", isAdmin: true });
  site = await getSite(alice.siteId);
  const bob = { provider: peer.provider, identifier: "bob", ourIdentifier: known, displayName: "Bob" };
  await db().contact.create({ data: { siteId: site.id, userId: alice.userId, ...bob } });
  await db().provider.create({ data: { siteId: site.id, provider: peer.provider } });
});
afterEach(() => peer.stop());

const offer = (requirements: string[]) => {
  const bob = `bob@${peer.provider}`;
  const webdav = { uri: "s", sharedSecret: "a-secret", permissions: ["read"], requirements };
  const who = { shareWith: `${known}@${site.provider}`, owner: bob, sender: bob, shareType: "user" };
  return { ...who, resourceType: "folder", name: "P", providerId: newId(), protocol: { name: "multi", webdav } };
};
const statusOf = async (response: Response) => (response.ok ? response.status : (await response.json()).message);
const signed = async (requirements: string[] = []) =>
  statusOf(await POST(peer.request(site, "/ocm/shares", offer(requirements))));
async function unsigned() {
  const headers = { "content-type": "application/json", "x-tessera-site": site.id, "x-tessera-address": "192.0.2.1" };
  const body = JSON.stringify(offer([]));
  return statusOf(await POST(new Request("http://localhost:3000/ocm/shares", { method: "POST", headers, body })));
}
async function share() {
  const contact = await db().contact.findFirstOrThrow({ where: { siteId: site.id } });
  const { id: nodeId } = await makeFolder(alice, newId());
  const recipient = { kind: "contact" as const, id: contact.id };
  return sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
}
const criteria = async () => (await describeSite(await getSite(site.id))).criteria;

describe("the secret of a share alone opens nothing", () => {
  it("is asked of every cloud, and told to all, until one is excepted", async () => {
    const before = [await signed(), (await criteria()).includes("must-exchange-token")];
    await changePolicies(alice, { mustExchange: true });
    const strict = [await signed(), await signed(["must-exchange-token"]), await criteria()];
    await setManners(alice, peer.provider, { mustExchange: false });

    expect(before).toEqual([201, false]);
    expect(strict).toEqual(["EXCHANGE_NEEDED", 201, expect.arrayContaining(["must-exchange-token"])]);
    expect([await signed(), (await criteria()).includes("must-exchange-token")]).toEqual([201, false]);
  });

  it("lets nothing new go to a cloud that cannot do it, and says of which before it is decided", async () => {
    await setManners(alice, peer.provider, { dialect: "older" });
    await discoverProvider(site.id, peer.provider, { fresh: true });

    const said = await dryRun(alice, { policies: { mustExchange: true } });
    await changePolicies(alice, { mustExchange: true });

    expect(said.cloudsRefused).toEqual({ count: 1, names: [peer.provider] });
    await expect(share()).rejects.toMatchObject({ code: "EXCHANGE_NEEDED" });
    expect((await dryRun(alice, { policies: { mustExchange: true } })).cloudsRefused.count).toBe(0);
  });
});

describe("a second factor for shares with other clouds", () => {
  it("is asked for both ways, whatever the sender says", async () => {
    await discoverProvider(site.id, peer.provider, { fresh: true });
    await changePolicies(alice, { needsSecondFactor: true });

    const sent = await share();
    await signed(["must-exchange-token"]);

    const json = (await describeSentShare(site.id, sent.id))?.call.json;
    const told = typeof json === "function" ? JSON.stringify(await json((await peerDocument()) as never)) : "";
    expect(sent.needsSecondFactor).toBe(true);
    expect(told).toContain("must-use-mfa");
    const received = await db().receivedShare.findFirstOrThrow({ where: { siteId: site.id } });
    expect(received.requirements).toEqual(["must-exchange-token", "must-use-mfa"]);
  });

  it("lets nothing new go to a cloud that does not promise it, but to one that is excepted", async () => {
    peer.document.capabilities = ["exchange-token"];
    await discoverProvider(site.id, peer.provider, { fresh: true });
    const said = await dryRun(alice, { policies: { needsSecondFactor: true } });
    await changePolicies(alice, { needsSecondFactor: true });

    expect(said.cloudsRefused.names).toEqual([peer.provider]);
    await expect(share()).rejects.toMatchObject({ code: "SECOND_FACTOR_UNSUPPORTED" });
    await setManners(alice, peer.provider, { needsSecondFactor: false });
    expect((await share()).needsSecondFactor).toBe(false);
  });

  it("is told before anything is shared: as a choice, as what is needed, or as why nothing can be shared", async () => {
    const told = () => secondFactorRule(site, peer.provider);
    const unknown = await told();
    await changePolicies(alice, { needsSecondFactor: true });
    const neededOfUnknown = await told();
    await discoverProvider(site.id, peer.provider, { fresh: true });
    const needed = await told();
    await setManners(alice, peer.provider, { needsSecondFactor: false });
    const chosen = await told();
    peer.document.capabilities = ["exchange-token"];
    await discoverProvider(site.id, peer.provider, { fresh: true });
    const unpromised = await told();
    await setManners(alice, peer.provider, { needsSecondFactor: true });

    expect([unknown, neededOfUnknown, needed]).toEqual(["none", "needed", "needed"]);
    expect([chosen, unpromised, await told()]).toEqual(["free", "none", "impossible"]);
    expect([await secondFactorRule(site, ""), await secondFactorRule(site, site.provider)]).toEqual(["free", "free"]);
  });

  const peerDocument = () => discoverProvider(site.id, peer.provider);
});

describe("signatures", () => {
  it("can be waived for all clouds that have never signed, but not for one of which the contrary is decided", async () => {
    const before = [await unsigned(), (await criteria()).includes("must-use-http-sig")];
    await changePolicies(alice, { requiresSignature: false });
    const lax = [await unsigned(), (await criteria()).includes("must-use-http-sig")];
    await setManners(alice, peer.provider, { acceptsUnsigned: false });
    const excepted = await unsigned();

    expect(before).toEqual(["SIGNATURE_INVALID", true]);
    expect(lax).toEqual([201, false]);
    expect(excepted).toBe("SIGNATURE_INVALID");
    expect(await db().receivedShare.findFirst()).toMatchObject({ isVerified: false, contactId: null });
  });

  it("are not waived in the name of a cloud that signs, or shows that it can", async () => {
    await changePolicies(alice, { requiresSignature: false });
    await signed();
    const afterSigning = await unsigned();
    await db().provider.updateMany({ data: { signedAt: null } });
    const byItsDocument = await unsigned();

    expect([afterSigning, byItsDocument]).toEqual(["SIGNATURE_INVALID", "SIGNATURE_INVALID"]);
  });

  it("are not waived in the name of another site of this installation", async () => {
    await changePolicies(alice, { requiresSignature: false });
    await makeSite(peer.origin);
    await listSites(); // who is a site of this process is known from the last look
    setOwnListener({ address: "127.0.0.1", port: Number(new URL(peer.origin).port) });
    try {
      expect(await unsigned()).toBe("SIGNATURE_INVALID");
    } finally {
      setOwnListener(null);
    }
  });

  it("which are asked for again are no news to a cloud that shows keys", async () => {
    await changePolicies(alice, { requiresSignature: false });
    await discoverProvider(site.id, peer.provider, { fresh: true });
    await keysOfProvider(site.id, peer.provider, { fresh: true });

    const said = await dryRun(alice, { policies: { requiresSignature: true } });

    expect(said.cloudsUnheard).toEqual({ count: 0, names: [] });
  });

  it("which are asked for again leave some unheard, of which one is told before", async () => {
    await changePolicies(alice, { requiresSignature: false });
    await unsigned();

    const said = await dryRun(alice, { policies: { requiresSignature: true } });
    await changePolicies(alice, { requiresSignature: true });

    expect(said.cloudsUnheard).toEqual({ count: 1, names: [peer.provider] });
    expect(await unsigned()).toBe("SIGNATURE_INVALID");
  });
});
