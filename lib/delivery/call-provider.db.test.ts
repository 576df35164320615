import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { callProvider } from "@/lib/delivery/call-provider";
import { parseJwks, selectKey } from "@/lib/protocol/httpsig/jwk";
import { verifyRequest } from "@/lib/protocol/httpsig/verify";
import { parseDiscovery } from "@/lib/protocol/ocm/discovery";
import { publicJwks } from "@/lib/sites/keys";
import type { Site } from "@/lib/sites/sites";
import { getProvider, setManners } from "@/lib/trust/providers";
import { describeSite } from "@/lib/trust/site-discovery";
import { makeSite, makeUser } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";

const EC = { kty: "EC", crv: "P-256", kid: "ec", alg: "ES256", x: "a", y: "b" };
const RSA = { kty: "RSA", kid: "rsa", alg: "RS256", n: "a", e: "AQAB" };
const OKP = { kty: "OKP", crv: "Ed25519", kid: "okp", x: "a" };
const PATH = "/ocm/notifications";

let site: Site;
let peer: FakePeer;
beforeEach(async () => {
  site = await makeSite();
  peer = await startPeer();
  peer.on(PATH, { status: 201, json: {} });
});
afterEach(() => peer.stop());

const show = (...keys: object[]) => peer.on("/ocm/jwks", { json: { keys } });
const call = () => callProvider(site, peer.provider, { to: "/notifications", json: { hello: "peer" } });

/** By which algorithm the peer is told something, as whoever asks this cloud for its keys can check it. */
async function algorithm(): Promise<string | undefined> {
  await call();
  const { method = "", headers = {}, body = Buffer.alloc(0) } = peer.requestsTo(PATH).at(-1) ?? {};
  const keys = parseJwks(await publicJwks(site.id));
  const { ownKey = null } = parseDiscovery(site.provider, await describeSite(site));
  const message = { method, targetUri: peer.origin + PATH, headers, body, now: new Date() };
  const verified = await verifyRequest(message, async ({ scheme, keyid }) =>
    scheme === "cavage" ? ownKey : selectKey(keys, keyid),
  );
  expect(verified).toMatchObject({ ok: true, provider: site.provider });
  const [, newest] = /;alg="([^"]+)"/.exec(String(headers["signature-input"])) ?? [];
  const [, older] = /,algorithm="([^"]+)"/.exec(String(headers.signature)) ?? [];
  return newest ?? older;
}

describe("what is sent to a cloud is signed", () => {
  it.each([
    ["ed25519", "ed25519", [RSA]],
    ["es256", "ecdsa-p256-sha256", [OKP]],
    ["rsa", "rsa-v1_5-sha256", [OKP]],
    ["cavage", "rsa-sha512", [OKP]],
  ])("with %s if an administrator says so, whatever it shows", async (signature, expected, keys) => {
    await db().provider.create({ data: { siteId: site.id, provider: peer.provider, signature } });
    show(...keys);

    expect(await algorithm()).toBe(expected);
    expect(peer.requestsTo("/ocm/jwks")).toEqual([]); // which nobody needs to know for that
  });

  it.each([
    ["Ed25519 too", [EC, RSA, OKP], "ed25519"],
    ["P-256 and RSA", [RSA, EC], "ecdsa-p256-sha256"],
    ["RSA", [RSA], "rsa-v1_5-sha256"],
    ["nothing that is known", [{ ...EC, crv: "P-521" }], "ed25519"],
  ])("so that it can check that, if it shows keys of %s", async (_name, keys, expected) => {
    show(...keys);

    expect(await algorithm()).toBe(expected);
  });

  it("with Ed25519 where its keys cannot be had, and as they showed before if they once could", async () => {
    peer.on("/ocm/jwks", { status: 500, json: {} });
    const without = await algorithm();
    await db().provider.updateMany({ data: { keys: [EC], keysFetchedAt: new Date(0) } });

    expect([without, await algorithm()]).toEqual(["ed25519", "ecdsa-p256-sha256"]);
  });

  describe("once it was, also if it shows no more that it can check that", () => {
    /** Its document is from now on that of a cloud that does not sign. */
    async function dropKeys() {
      const { publicKey: _, ...document } = { publicKey: null, ...peer.document };
      const resourceTypes = [{ name: "file", shareTypes: ["user"], protocols: { webdav: "/public.php/webdav/" } }];
      const shown = { ...document, resourceTypes, capabilities: [], jwksUri: undefined, tokenEndPoint: undefined };
      peer.on("/.well-known/ocm", { json: shown });
      await db().provider.updateMany({ data: { discoveredAt: new Date(0) } });
    }
    const isSigned = async () => {
      await call();
      return peer.requestsTo(PATH).at(-1)?.headers.signature !== undefined;
    };

    it.each([
      ["older draft", "rsa-sha512", () => peer.signAsBefore()],
      ["newer one", "ecdsa-p256-sha256", () => show(EC)],
    ])("by the %s", async (_name, expected, begin) => {
      begin();
      const before = await algorithm();
      await dropKeys();

      expect([before, await algorithm()]).toEqual([expected, expected]);
    });

    it("but not if it took nothing that was", async () => {
      show(EC);
      peer.on(PATH, { status: 401, json: {} });
      await call();
      await dropKeys();

      expect(await isSigned()).toBe(false);
    });

    it("until an administrator decides anew", async () => {
      await call();
      await dropKeys();
      const kept = await isSigned();
      const admin = await makeUser({ site });

      const { signature } = await setManners(admin, peer.provider, { acceptsUnsigned: true });

      expect([kept, signature, await isSigned()]).toEqual([true, "none", false]);
    });

    it("which administrators can see", async () => {
      await call();
      const admin = await makeUser({ site });
      const before = await getProvider(admin, peer.provider);
      await dropKeys();
      await call();

      const after = await getProvider(admin, peer.provider);

      expect(before).toMatchObject({ signature: "ed25519", keepsSignature: false });
      expect(after).toMatchObject({ signature: "ed25519", keepsSignature: true });
    });
  });

  it("after its keys were asked for once in an hour", async () => {
    show(RSA);
    await call();
    await call();

    expect(peer.requestsTo("/ocm/jwks")).toHaveLength(1);
  });
});
