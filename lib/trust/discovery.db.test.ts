import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GET as wellKnownKeys } from "@/app/.well-known/jwks.json/route";
import { GET as wellKnown } from "@/app/.well-known/ocm/route";
import { GET as jwks } from "@/app/ocm/jwks/route";
import { GET as alias } from "@/app/ocm-provider/route";
import { db } from "@/lib/core/db";
import { parseJwks } from "@/lib/protocol/httpsig/jwk";
import { parseDiscovery } from "@/lib/protocol/ocm/discovery";
import { forgetSites, type Site } from "@/lib/sites/sites";
import { getClaimedRecord } from "@/lib/trust/claimed-providers";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { keysOfProvider } from "@/lib/trust/provider-keys";
import { makeSite } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";

let site: Site;
beforeEach(async () => {
  site = await makeSite();
});
const read = async (handler: typeof jwks, path: string, more: Record<string, string> = {}) => {
  const headers = { "x-tessera-site": site.id, ...more };
  return (await handler(new Request(`http://localhost:3000${path}`, { headers }))).json();
};

describe("what we say of ourselves", () => {
  it("is the same on all paths, and another cloud of ours can read it", async () => {
    const document = await read(wellKnown, "/.well-known/ocm");

    expect(await read(alias, "/ocm-provider")).toEqual(document);
    expect(document).toMatchObject({ enabled: true, apiVersion: "1.4.0", criteria: ["must-use-http-sig", "denylist"] });
    const understood = parseDiscovery(site.provider, document);
    expect(understood).toMatchObject({
      endPoint: `${site.origin}/ocm`,
      tokenEndPoint: `${site.origin}/ocm/token`,
      jwksUri: `${site.origin}/ocm/jwks`,
      inviteAcceptDialog: `${site.origin}/invite/accept`,
      webdavPath: "/dav/ocm/",
    });
    expect(understood.capabilities).toEqual(expect.arrayContaining(["http-sig", "invites", "invite-preview"]));
  });

  it.each([
    ["listed", "allowlist"],
    ["unblocked", "denylist"],
  ] as const)("tells that the rule is %s", async (providerRule, criterion) => {
    await db().site.update({ where: { id: site.id }, data: { providerRule } });
    forgetSites();

    expect((await read(wellKnown, "/.well-known/ocm")).criteria).toContain(criterion);
  });

  it("holds the key of our older signatures, and a version that cautious readers take", async () => {
    const crawler = "Mozilla/5.0 (Linux) Nextcloud Server Crawler";

    const document = await read(wellKnown, "/.well-known/ocm", { "user-agent": crawler });

    expect(document.apiVersion).toBe("1.1");
    expect(document.publicKey.keyId).toBe(`${site.origin}/ocm#signature`);
    const named = ["invites", "/invite-accepted", "invite-accepted", "notifications", "/notifications"];
    expect(document.capabilities).toEqual(expect.arrayContaining(named));
    expect(parseDiscovery(site.provider, document).ownKey).toMatchObject({ kty: "RSA", kid: document.publicKey.keyId });
  });

  it("shows our public key on both paths, and nothing private", async () => {
    const keys = await read(jwks, "/ocm/jwks");

    expect(await read(wellKnownKeys, "/.well-known/jwks.json")).toEqual(keys);
    expect(parseJwks(keys)).toMatchObject([{ kid: "key-1", crv: "Ed25519" }, { kid: "ec-1" }, { kid: "rsa-1" }]);
    for (const key of keys.keys) expect(key).not.toHaveProperty("d");
  });
});

describe("what others say of themselves", () => {
  let peer: FakePeer;
  beforeEach(async () => {
    peer = await startPeer();
  });
  afterEach(() => peer.stop());
  const asked = (path = "/.well-known/ocm") => peer.requestsTo(path).length;
  const age = (seconds: number) => {
    const then = new Date(Date.now() - seconds * 1000);
    return db().provider.updateMany({ data: { discoveredAt: then, keysFetchedAt: then } });
  };

  it("is asked once by many at a time, and then remembered for an hour", async () => {
    await Promise.all([1, 2, 3].map(() => discoverProvider(site.id, peer.provider)));
    await age(3500);
    await discoverProvider(site.id, peer.provider, { recent: true });
    const withinTheHour = asked();
    await age(3700);

    await discoverProvider(site.id, peer.provider, { recent: true });

    expect([withinTheHour, asked()]).toEqual([1, 2]);
  });

  it("counts for a day while it is asked anew behind, and not beyond", async () => {
    await discoverProvider(site.id, peer.provider);
    await age(23 * 3600);
    peer.document.provider = "Renamed";
    const stale = await discoverProvider(site.id, peer.provider);
    const known = async () => (await discoverProvider(site.id, peer.provider)).name;
    await expect.poll(known, { timeout: 10_000 }).toBe("Renamed");
    await age(25 * 3600);
    peer.on("/.well-known/ocm", { status: 500, json: {} });

    const tooOld = await discoverProvider(site.id, peer.provider).catch(({ code }) => code);

    expect([stale.name, asked(), tooOld]).toEqual(["Peer", 3, "DISCOVERY_INVALID"]);
  });

  it("leaves no row where one was removed while it was asked behind", async () => {
    await discoverProvider(site.id, peer.provider);
    await age(2 * 3600);
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    peer.on("/.well-known/ocm", () => answered.then(() => ({ json: { ...peer.document, provider: "Renamed" } })));
    await discoverProvider(site.id, peer.provider);
    await expect.poll(asked, { timeout: 10_000 }).toBe(2);

    await db().provider.deleteMany();
    answer();

    const found = async () => (await getClaimedRecord(site.id, peer.provider)).discovery?.name;
    await expect.poll(found, { timeout: 10_000 }).toBe("Renamed");
    expect(await db().provider.count()).toBe(0);
  });

  it("is known by what was asked for last, however late an earlier answer comes", async () => {
    await discoverProvider(site.id, peer.provider);
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    peer.on("/ocm/jwks", () => answered.then(() => ({ json: { keys: [] } })));
    const earlier = keysOfProvider(site.id, peer.provider);
    await expect.poll(() => asked("/ocm/jwks"), { timeout: 10_000 }).toBe(1);
    peer.on("/ocm/jwks", { json: { keys: [{ kty: "OKP", crv: "Ed25519", kid: "next", x: "a" }] } });
    await keysOfProvider(site.id, peer.provider, { fresh: true });
    answer();

    expect(await earlier).toEqual([]);
    expect(await keysOfProvider(site.id, peer.provider)).toMatchObject([{ kid: "next" }]);
  });

  it("is asked for keys once by many at a time", async () => {
    const all = await Promise.all([1, 2, 3].map(() => keysOfProvider(site.id, peer.provider)));

    expect(all[0]).toMatchObject([{ kid: "key-1" }]);
    expect([asked(), asked("/ocm/jwks")]).toEqual([1, 1]);
  });

  it("is left alone by strangers for a while after it failed, and leaves no row", async () => {
    peer.on("/.well-known/ocm", { status: 500, json: {} });
    const first = await keysOfProvider(site.id, peer.provider).catch(({ code }) => code);

    const second = await keysOfProvider(site.id, peer.provider).catch(({ code }) => code);

    expect([first, second]).toEqual(["DISCOVERY_INVALID", "DISCOVERY_INVALID"]);
    expect(asked()).toBe(1);
    expect(await db().provider.count()).toBe(0);
  });

  it("is asked again at once by our own people", async () => {
    peer.on("/.well-known/ocm", { status: 500, json: {} });
    await discoverProvider(site.id, peer.provider).catch(() => {});
    peer.on("/.well-known/ocm", { json: peer.document });

    const { name } = await discoverProvider(site.id, peer.provider);

    expect(name).toBe("Peer");
  });

  it("is not waited for longer than ten seconds", async () => {
    peer.on("/.well-known/ocm", "hang");
    const before = Date.now();

    const code = await discoverProvider(site.id, peer.provider).catch((error) => error.code);

    expect(code).toBe("PEER_TIMEOUT");
    expect(Date.now() - before).toBeLessThan(12_000);
  });

  it("is not read beyond a size", async () => {
    peer.on("/.well-known/ocm", { text: JSON.stringify({ ...peer.document, x: "y".repeat(300_000) }) });

    await expect(discoverProvider(site.id, peer.provider)).rejects.toMatchObject({ code: "PEER_TOO_LARGE" });
  });
});

it("knows the dialect that an administrator chose, asked anew or not", async () => {
  const peer = await startPeer();
  await db().provider.create({ data: { siteId: site.id, provider: peer.provider, dialect: "seafile" } });

  const asked = await discoverProvider(site.id, peer.provider, { fresh: true });
  const known = await discoverProvider(site.id, peer.provider);

  expect([asked.chosenDialect, known.chosenDialect]).toEqual(["seafile", "seafile"]);
  await peer.stop();
});
