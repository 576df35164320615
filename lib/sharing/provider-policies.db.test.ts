import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { deliver } from "@/lib/delivery/deliver";
import { getUser } from "@/lib/identity/users";
import { noteGivenUp } from "@/lib/sharing/note-given-up";
import { describeSentShare } from "@/lib/sharing/sent/describe-sent-share";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { getSite, type Site } from "@/lib/sites/sites";
import { setManners } from "@/lib/trust/providers";
import type { ProviderManners } from "@/lib/trust/schema";
import { POST } from "@/server/ocm/shares";
import { makeFolder } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";

let peer: FakePeer;
let alice: UserPrincipal;
let site: Site;
let contactId: string;
const known = newId();

beforeEach(async () => {
  peer = await startPeer();
  peer.on("/ocm/shares", { status: 201, json: {} });
  alice = await makeUser({ displayName: "Alice", isAdmin: true });
  site = await getSite(alice.siteId);
  const bob = { provider: peer.provider, identifier: "bob", ourIdentifier: known, displayName: "Bob" };
  contactId = (await db().contact.create({ data: { siteId: site.id, userId: alice.userId, ...bob } })).id;
  await db().provider.create({ data: { siteId: site.id, provider: peer.provider } });
});
afterEach(() => peer.stop());

const decide = (manners: Partial<ProviderManners>) => setManners(alice, peer.provider, manners);
type Requirements = { requirements?: string[] };
/** The status, or the code of a refusal. */
async function offered(changes: Partial<Record<"to" | "resourceType" | "providerId", string>> & Requirements = {}) {
  const { to = known, resourceType = "folder", requirements = ["must-exchange-token"] } = changes;
  const { providerId = newId() } = changes;
  const bob = `bob@${peer.provider}`;
  const webdav = { uri: "s", sharedSecret: "a-secret", permissions: ["read"], requirements };
  const who = { shareWith: `${to}@${site.provider}`, owner: bob, sender: bob, shareType: "user", resourceType };
  const message = { ...who, name: "Photos", providerId, protocol: { name: "multi", webdav } };
  const response = await POST(peer.request(site, "/ocm/shares", message));
  return response.ok ? response.status : (await response.json()).message;
}
async function shared(recipient: Parameters<typeof sendShare>[1]["recipient"]): Promise<string> {
  const { id: nodeId } = await makeFolder(alice, newId());
  const input = { nodeId, recipient, role: "viewer" as const, expiresAt: null, note: "" };
  return sendShare(alice, input).then(
    ({ id }) => id,
    ({ code }) => code,
  );
}
const toContact = () => ({ kind: "contact" as const, id: contactId });
const toStranger = () => ({ kind: "address" as const, address: `carol@${peer.provider}` });

describe("what is taken from a cloud", () => {
  it("can be files only, or folders only", async () => {
    await decide({ refusedKinds: ["folder-in"] });

    expect(await offered()).toBe("SHARE_KIND_REFUSED");
    expect(await offered({ resourceType: "file" })).toBe(201);
  });

  it("can be offers of contacts only", async () => {
    const { identifier } = await getUser(site.id, alice.userId);
    const toAnyone = { to: identifier };
    await db().contact.updateMany({ data: { identifier: "somebody else" } });
    const before = await offered(toAnyone);
    await decide({ mustInvite: true });

    expect(before).toBe(201);
    expect(await offered(toAnyone)).toBe("INVITE_NEEDED");
    await db().contact.updateMany({ data: { identifier: "bob" } });
    expect(await offered(toAnyone)).toBe(201);
  });

  it("can be offers only whose secret alone opens nothing", async () => {
    await decide({ mustExchange: true });

    expect(await offered({ requirements: [] })).toBe("EXCHANGE_NEEDED");
    expect(await offered()).toBe(201);
  });

  it("holds for new shares: one from before may be offered again, but not opened more easily", async () => {
    const before = { providerId: "before" };
    await offered(before);
    await decide({ mustInvite: true, mustExchange: true, refusedKinds: ["folder-in"] });

    expect(await offered()).toBe("SHARE_KIND_REFUSED");
    expect(await offered(before)).toBe(201);
    expect(await offered({ ...before, requirements: [] })).toBe("SHARE_KIND_REFUSED");
  });
});

describe("what is given to a cloud", () => {
  it("can be files only", async () => {
    await decide({ refusedKinds: ["folder-out"] });

    expect(await shared(toContact())).toBe("SHARE_KIND_REFUSED");
  });

  it("can be shares with contacts only", async () => {
    await decide({ mustInvite: true });

    expect(await shared(toStranger())).toBe("INVITE_NEEDED");
    expect(await shared(toContact())).toMatch(/^[\da-f-]{36}$/);
  });

  it("can be nothing that its secret alone opens: refused at once where that is known, else when it is told", async () => {
    await decide({ mustExchange: true, dialect: "seafile" });
    const subjectId = await shared(toContact());

    const { id: deliveryId } = await db().delivery.findFirstOrThrow({ where: { subjectId } });
    await deliver({ siteId: site.id, deliveryId }, { "sent-share": describeSentShare }, noteGivenUp);

    expect(peer.requestsTo("/ocm/shares")).toEqual([]);
    const failure = expect.stringContaining("cannot open shares as safely");
    expect(await db().delivery.findFirst()).toMatchObject({ gaveUpAt: expect.any(Date), failure });
    expect(await shared(toStranger())).toBe("EXCHANGE_NEEDED");
  });
});
