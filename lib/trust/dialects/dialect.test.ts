import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { PublicJwk } from "@/lib/protocol/httpsig/jwk";
import { parseDiscovery } from "@/lib/protocol/ocm/discovery";
import { dialectOf, latestVersionFor, type NewestOffer, signatureFor } from "./dialect";
import { newest } from "./newest";
import { nextcloud, nextcloud35 } from "./nextcloud";
import { ocis } from "./ocis";
import { reva } from "./reva";

const publicKeyPem = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .publicKey.export({ type: "spki", format: "pem" })
  .toString();
const publicKey = { keyId: "https://cloud.example.org/ocm#signature", publicKeyPem };
const document = (webdav: string, more: object = {}) => ({
  enabled: true,
  apiVersion: "1.1.0",
  endPoint: "https://cloud.example.org/ocm",
  resourceTypes: [{ name: "file", shareTypes: ["user"], protocols: { webdav } }],
  ...more,
});

describe("the dialect of a cloud", () => {
  it.each([
    [
      "shows a key of its own and the root for secrets",
      document("/public.php/webdav/", { publicKey }),
      "Nextcloud 31 to 34",
    ],
    ["writes that root without a slash", document("/public.php/webdav", { publicKey }), "Nextcloud 31 to 34"],
    [
      "also knows the newest signatures",
      document("/public.php/webdav/", { publicKey, capabilities: ["http-sig"] }),
      "Nextcloud 35",
    ],
    ["has that root, but does not sign", document("/public.php/webdav/"), "Nextcloud until 30, ownCloud 10"],
    ["has the root of oCIS, and does not sign", document("/dav/ocm/", { provider: "oCIS" }), "oCIS, OpenCloud"],
    ["has that root under another name, and does not sign", document("/dav/ocm/"), "oCIS, OpenCloud"],
    ["has the root of Reva, and does not sign", document("/remote.php/dav/ocm/"), "CERNBox, Reva"],
    ["has the root of Seafile", document("/seafdav"), "Seafile"],
    ["has the root of oCIS, and a key", document("/dav/ocm/", { publicKey }), "OCM"],
    ["has that root, and signs", document("/dav/ocm/", { capabilities: ["http-sig"] }), "OCM"],
    ["has another root", document("/webdav/"), "OCM"],
  ])("that %s", (_name, json, name) => {
    expect(dialectOf(parseDiscovery("cloud.example.org", json)).name).toBe(name);
  });
});

it("is another one if an administrator says so", () => {
  const discovered = parseDiscovery("cloud.example.org", document("/dav/ocm/"));

  expect(dialectOf({ ...discovered, chosenDialect: "reva" }).name).toBe("CERNBox, Reva");
  expect(dialectOf({ ...discovered, chosenDialect: "no such" }).name).toBe("oCIS, OpenCloud");
});

describe("what a cloud gets is signed", () => {
  const jwksUri = "https://cloud.example.org/jwks";
  const [EC, RSA] = [
    { kty: "EC", crv: "P-256", kid: "ec" },
    { kty: "RSA", alg: "RS256", kid: "rsa" },
  ];
  const OKP = { kty: "OKP", crv: "Ed25519", kid: "okp" };
  const discovered = (webdav: string, more: object = {}) => parseDiscovery("cloud.example.org", document(webdav, more));
  const signature = (more: object, keys: PublicJwk[] = []) => signatureFor(discovered("/webdav/", more), keys);

  it("after the draft that its document shows it to know", () => {
    expect(signature({ publicKey })).toBe("cavage");
    expect(signature({ publicKey, jwksUri })).toBe("ed25519");
    expect(signature({ publicKey, capabilities: ["http-sig"] })).toBe("ed25519");
    expect(signature({})).toBe("ed25519");
    expect(signatureFor(discovered("/dav/ocm/"), [])).toBe("none");
  });

  it("with a key of such a kind as it shows itself", () => {
    expect(signature({ jwksUri }, [RSA, EC, OKP])).toBe("ed25519");
    expect(signature({ jwksUri }, [RSA, EC])).toBe("es256");
    expect(signature({ jwksUri }, [RSA])).toBe("rsa");
    expect(signature({ jwksUri }, [{ kty: "RSA", alg: "PS512", kid: "pss" }])).toBe("rsa");
    expect(signature({ publicKey }, [EC])).toBe("cavage");
    expect(signatureFor(discovered("/dav/ocm/"), [EC])).toBe("none");
  });

  it("otherwise if an administrator says so", () => {
    const chosen = (chosenSignature: string) => ({ ...discovered("/dav/ocm/"), chosenSignature });

    expect(["ed25519", "es256", "rsa", "cavage"].map((one) => signatureFor(chosen(one), [OKP]))).toEqual([
      "ed25519",
      "es256",
      "rsa",
      "cavage",
    ]);
    expect(signatureFor(chosen("no such"), [OKP])).toBe("none");
  });
});

it("limits the version for those only who refuse later ones", () => {
  expect(latestVersionFor("Mozilla/5.0 Nextcloud Server Crawler")).toBe("1.1");
  expect([latestVersionFor("curl/8"), latestVersionFor(null)]).toEqual([null, null]);
});

const offer: NewestOffer = {
  ...{ shareWith: "bob@cloud.example.org", name: "Photos", description: "Look!", providerId: "s1" },
  ...{ owner: "alice@here", ownerDisplayName: "Alice", sender: "alice@here", senderDisplayName: "Alice" },
  ...{ shareType: "user", resourceType: "folder", expiration: 1795473720 },
  protocol: { name: "multi", webdav: { uri: "s1", sharedSecret: "shr_1", permissions: ["read"], requirements: [] } },
};

const end = {
  ...{ notificationType: "SHARE_UNSHARED", resourceType: "folder", providerId: "s1", senderDomain: "here" },
  notification: { grantee: "bob@there" },
};

it("a notification is as it is in the newest form, without the secret, to all that do not believe by that", () => {
  for (const dialect of [newest, reva, ocis]) expect(dialect.notification(end, "shr_1")).toEqual(end);
});

describe("to Nextcloud", () => {
  it("an offer is of a file, with the secret among the options", () => {
    const permissions = "{http://open-cloud-mesh.org/ns}share-permissions";

    expect(nextcloud.offer(offer)).toEqual({
      ...offer,
      sharedBy: "alice@here",
      sharedByDisplayName: "Alice",
      resourceType: "file",
      protocol: { name: "webdav", options: { sharedSecret: "shr_1", permissions } },
    });
  });

  it("a notification names the secret, as long as it is known", () => {
    const told = { ...end, resourceType: "file" };
    const about = { ...end.notification, message: "SHARE_UNSHARED" };

    const withSecret = { ...told, notification: { ...about, sharedSecret: "shr_1" } };
    expect(nextcloud.notification(end, "shr_1")).toEqual(withSecret);
    expect(nextcloud.notification(end, null)).toEqual({ ...told, notification: about });
  });
});

describe("to oCIS and OpenCloud", () => {
  it("an offer is with the person inside of an identifier, at an address under both names", () => {
    const identifier = Buffer.from("u-1@https://idp.example.org").toString("base64url");

    expect(ocis.offer({ ...offer, shareWith: `${identifier}@cloud.example.org` })).toMatchObject({
      shareWith: "u-1@cloud.example.org",
      resourceType: "folder",
      protocol: { name: "multi", webdav: { uri: "s1", url: "s1", sharedSecret: "shr_1", permissions: ["read"] } },
    });
    expect(ocis.offer(offer)).toMatchObject({ shareWith: "bob@cloud.example.org" });
  });

  it("a notification names whom the share is with as the sign-in of oCIS does, and grants in the shape of an offer", () => {
    const change = { ...end, notificationType: "SHARE_CHANGE_PERMISSION" };
    const grantee = `${Buffer.from("u-1@https://idp.example.org").toString("base64url")}@there`;
    const notification = { grantee, permissions: ["read"], expiration: 0 };

    expect(ocis.notification({ ...change, notification }, null)).toEqual({
      ...change,
      notification: {
        ...notification,
        grantee: "u-1@https://idp.example.org",
        protocol: { name: "multi", webdav: { permissions: ["read"] } },
      },
    });
  });
});

it("to Nextcloud 35, all is of a file", () => {
  expect(nextcloud35.offer(offer)).toEqual({ ...offer, resourceType: "file" });
});

it.each([
  "https://cloud.example.org/ocm",
  "https://cloud.example.org/index.php/ocm",
  "https://cloud.example.org/index.php/apps/federatedfilesharing/",
  "https://cloud.example.org",
])("what was shared on at %s is undone beside it", (endPoint) => {
  const at = "https://cloud.example.org/ocs/v2.php/cloud/shares/7%2F8/revoke?format=json";

  for (const dialect of [nextcloud, nextcloud35]) expect(dialect.sharesOnWhole?.undoneAt(endPoint, "7/8")).toBe(at);
});

it("what was shared on in a folder of a host is undone in that folder", () => {
  const at = "https://example.org/cloud/ocs/v2.php/cloud/shares/7/revoke?format=json";

  expect(nextcloud.sharesOnWhole?.undoneAt("https://example.org/cloud/index.php/ocm", "7")).toBe(at);
});
