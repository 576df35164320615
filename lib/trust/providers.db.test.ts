import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GET as get, DELETE as remove, PATCH as update } from "@/app/api/admin/providers/[provider]/route";
import { POST as add, GET as list } from "@/app/api/admin/providers/route";
import { changePolicies } from "@/lib/admin/policies";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { getSite } from "@/lib/sites/sites";
import { sweepProviders } from "@/lib/trust/claimed-providers";
import { makeUser, requestOf } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";

let admin: UserPrincipal;
let peer: FakePeer;
const PATH = "/api/admin/providers";

beforeEach(async () => {
  admin = await makeUser({ isAdmin: true });
  peer = await startPeer();
});
afterEach(() => peer.stop());

async function addIt(body: object) {
  const response = await add(await requestOf(admin, PATH, { method: "POST", body }));
  return { status: response.status, json: await response.json() };
}
async function on(handler: typeof get, provider: string, method: string, body?: object) {
  const segment = encodeURIComponent(provider);
  const request = await requestOf(admin, `${PATH}/${segment}`, { method, body });
  return handler(request, { params: Promise.resolve({ provider: segment }) });
}
const providers = async () => (await (await list(await requestOf(admin, PATH))).json()).items;
const audited = async () => (await db().auditEntry.findMany({ orderBy: { id: "asc" } })).map(({ action }) => action);

describe("adding a provider", () => {
  it("discovers it on the spot and shows its name, capabilities and keys", async () => {
    const { status, json } = await addIt({ domain: `https://${peer.provider.toUpperCase()}/` });

    expect(status).toBe(201);
    expect(json).toMatchObject({
      provider: peer.provider,
      name: "Peer",
      standing: "listed",
      apiVersion: "1.4.0",
      dialect: "OCM",
    });
    expect(json.capabilities).toContain("http-sig");
    expect(json.keys).toEqual([{ kid: "key-1", alg: "Ed25519", fingerprint: expect.stringMatching(/^[\w-]{43}$/) }]);
    expect(await audited()).toContain("provider-listed");
  });

  it("shows in which dialect it is spoken to, and the key that stands in its document where it has no other", async () => {
    peer.signAsBefore();
    const types = [{ name: "file", shareTypes: ["user"], protocols: { webdav: "/public.php/webdav/" } }];
    Object.assign(peer.document, { resourceTypes: types });

    const { status, json } = await addIt({ domain: peer.provider });

    const kid = `${peer.origin}/ocm#signature`;
    expect(status).toBe(201);
    expect(json).toMatchObject({ dialect: "Nextcloud 31 to 34", keys: [{ kid, alg: "RSA" }] });
  });

  it.each([
    ["is away", () => peer.stop(), "PEER_UNREACHABLE"],
    ["does not describe itself", () => peer.on("/.well-known/ocm", { status: 404, json: {} }), "DISCOVERY_INVALID"],
    ["has switched federation off", () => Object.assign(peer.document, { enabled: false }), "PROVIDER_DISABLED"],
    [
      "names another host",
      () => Object.assign(peer.document, { endPoint: "https://evil.example.org/ocm" }),
      "PEER_AUTHORITY_REFUSED",
    ],
    ["tells no keys", () => peer.on("/ocm/jwks", { status: 404, json: {} }), "PEER_KEYS_UNAVAILABLE"],
  ])("fails plainly when it %s", async (_name, breakIt, code) => {
    await breakIt();

    const { status, json } = await addIt({ domain: peer.provider });

    expect([status, json.code]).toEqual([502, code]);
    expect((await providers()).filter(({ standing }: { standing: string }) => standing === "listed")).toEqual([]);
  });

  it.each(["127.0.0.1", "169.254.169.254", "[::1]", "localhost", "10.0.0.1:8443"])(
    "never reaches %s",
    async (domain) => {
      const { status, json } = await addIt({ domain });

      expect([status, json.code]).toEqual([502, "PEER_ADDRESS_REFUSED"]);
    },
  );

  it.each(["", "no cloud", "ftp://cloud.example.org", "a@b"])(
    "refuses what is no name of a cloud: %j",
    async (domain) => {
      expect((await addIt({ domain })).status).toBe(400);
    },
  );

  it.each(["listed", "blocked"])("refuses our own name: %s", async (standing) => {
    const { provider } = await getSite(admin.siteId);

    const { status, json } = await addIt({ domain: provider, standing });

    expect([status, json.code]).toEqual([409, "PROVIDER_IS_OWN"]);
  });

  it("finds a document that is served elsewhere when the first path redirects", async () => {
    peer.on("/.well-known/ocm", { status: 301, headers: { location: "/ocm-provider/" }, json: {} });
    peer.on("/ocm-provider/", { json: peer.document });

    expect((await addIt({ domain: peer.provider })).status).toBe(201);
  });

  it("blocks one that need not answer", async () => {
    await peer.stop();

    const { json } = await addIt({ domain: peer.provider, standing: "blocked" });

    expect(json).toMatchObject({ standing: "blocked", name: null, keys: [] });
  });
});

describe("a provider on the list", () => {
  beforeEach(() => addIt({ domain: peer.provider }));

  it("can be blocked, which turns the rule from anyone to all but blocked", async () => {
    await db().site.updateMany({ data: { providerRule: "anyone" } });
    const response = await on(update, peer.provider, "PATCH", { standing: "blocked" });

    expect(await response.json()).toMatchObject({ standing: "blocked", name: "Peer" });
    expect(await db().site.findFirst()).toMatchObject({ providerRule: "unblocked" });
    expect(await audited()).toEqual(expect.arrayContaining(["provider-listed", "provider-blocked"]));
  });

  it("hears what waited for it after every decision that may let it in again", async () => {
    const wakings = () => db().$queryRaw<{ task_identifier: string }[]>`
      SELECT task_identifier FROM graphile_worker.jobs WHERE task_identifier = 'wake-deliveries'`;
    const count = async () => (await wakings()).length;
    const before = await count();

    await on(update, peer.provider, "PATCH", { standing: "unlisted" });
    const afterStanding = await count();
    await changePolicies(admin, { name: "Cloud" });
    await changePolicies(admin, { providerRule: "unblocked" });
    const afterRule = await count();
    await on(remove, peer.provider, "DELETE");

    expect([afterStanding, afterRule, await count()].map((now) => now - before)).toEqual([1, 2, 3]);
  });

  it("can be looked at and removed", async () => {
    const shown = await on(get, peer.provider, "GET");

    const removed = await on(remove, peer.provider, "DELETE");

    expect([shown.status, removed.status]).toEqual([200, 204]);
    expect(await providers()).toEqual([]);
    expect(await audited()).toContain("provider-removed");
    expect((await on(get, peer.provider, "GET")).status).toBe(404);
  });

  it("is nobody's business but the administrators'", async () => {
    const person = await makeUser();

    const responses = await Promise.all([
      list(await requestOf(person, PATH)),
      add(await requestOf(person, PATH, { method: "POST", body: { domain: peer.provider } })),
    ]);

    expect(responses.map(({ status }) => status)).toEqual([403, 403]);
  });

  it("is found by its domain or by the name that it gives itself, page by page", async () => {
    const { siteId } = admin;
    const other = { siteId, provider: "aaa.example.org", standing: "blocked" as const };
    await db().provider.create({ data: other });
    const page = async (query: string) => (await list(await requestOf(admin, `${PATH}?${query}`))).json();
    const names = async (query: string) =>
      (await page(query)).items.map(({ provider }: { provider: string }) => provider);

    const { next } = await page("limit=1");

    expect(await names("search=")).toEqual([other.provider, peer.provider]);
    expect(await names("search=AAA.ex")).toEqual([other.provider]);
    expect(await names("search=pEEr")).toEqual([peer.provider]);
    expect(await names(`limit=1&after=${next}`)).toEqual([peer.provider]);
  });

  it("is not on the list of another site", async () => {
    const other = await makeUser({ isAdmin: true });

    const response = await list(await requestOf(other, PATH));

    expect((await response.json()).items).toEqual([]);
  });
});

it("forgets clouds after a week, but none that somebody decided on or shares with", async () => {
  const { siteId, userId } = admin;
  const old = { siteId, firstSeenAt: new Date(Date.now() - 8 * 86_400_000) };
  await db().provider.createMany({
    data: [
      { ...old, provider: "idle.example.org" },
      { ...old, provider: "recent.example.org", lastSeenAt: new Date() },
      { ...old, provider: "listed.example.org", standing: "listed" },
      { ...old, provider: "friendly.example.org" },
    ],
  });
  const bob = { identifier: "bob", ourIdentifier: newId(), displayName: "Bob" };
  await db().contact.create({ data: { siteId, userId, provider: "friendly.example.org", ...bob } });

  await sweepProviders();

  const left = await db().provider.findMany({ orderBy: { provider: "asc" } });
  expect(left.map(({ provider }) => provider)).toEqual([
    "friendly.example.org",
    "listed.example.org",
    "recent.example.org",
  ]);
});
