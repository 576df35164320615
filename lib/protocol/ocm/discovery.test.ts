import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { buildDiscovery, DISCOVERY_PATHS, parseDiscovery } from "./discovery";

const site = {
  origin: "https://cloud.example.org",
  name: "Example",
  endPoint: "/ocm",
  tokenEndPoint: "/ocm/token",
  jwksUri: "/ocm/jwks",
  inviteAcceptDialog: "/invite/accept",
  webdavPath: "/dav/ocm/",
  criteria: ["must-use-http-sig"],
};
const document = buildDiscovery(site);
const refused = (code: string) => expect.objectContaining({ status: 502, code });

describe("our own document", () => {
  it("is in the newest form", () => {
    expect(document).toEqual({
      enabled: true,
      apiVersion: "1.4.0",
      endPoint: "https://cloud.example.org/ocm",
      provider: "Example",
      resourceTypes: ["file", "folder"].map((name) => ({
        name,
        shareTypes: ["user"],
        protocols: { webdav: "/dav/ocm/", "webdav-receive": { uri: "relative" } },
      })),
      capabilities: expect.arrayContaining(["http-sig", "exchange-token", "invites", "invite-wayf", "notifications"]),
      criteria: ["must-use-http-sig"],
      inviteAcceptDialog: "https://cloud.example.org/invite/accept",
      tokenEndPoint: "https://cloud.example.org/ocm/token",
      jwksUri: "https://cloud.example.org/ocm/jwks",
    });
  });

  it("is read back by another of us", () => {
    expect(parseDiscovery("cloud.example.org", JSON.parse(JSON.stringify(document)))).toEqual({
      name: "Example",
      apiVersion: "1.4.0",
      endPoint: document.endPoint,
      tokenEndPoint: document.tokenEndPoint,
      jwksUri: document.jwksUri,
      inviteAcceptDialog: document.inviteAcceptDialog,
      webdavPath: "/dav/ocm/",
      capabilities: document.capabilities,
      criteria: document.criteria,
      takesRelativeUris: true,
    });
  });

  it("is looked for at the well-known place first", () => {
    expect(DISCOVERY_PATHS[0]).toBe("/.well-known/ocm");
  });
});

describe("a peer's document", () => {
  it("of opencloudmesh-go is understood", () => {
    const found = parseDiscovery("omg1.test", {
      enabled: true,
      apiVersion: "1.4.0",
      endPoint: "https://omg1.test/ocm",
      provider: "OpenCloudMesh",
      resourceTypes: [
        {
          name: "file",
          shareTypes: ["user"],
          protocols: { webdav: "/webdav/ocm/", "webdav-receive": { uri: "relative" } },
        },
      ],
      capabilities: ["http-sig", "exchange-token", "invites", "notifications"],
      criteria: ["must-use-http-sig", "must-exchange-token", "must-invite"],
      tokenEndPoint: "https://omg1.test/ocm/token",
      jwksUri: "https://omg1.test/ocm/jwks",
    });

    expect(found).toMatchObject({ webdavPath: "/webdav/ocm/", tokenEndPoint: "https://omg1.test/ocm/token" });
    expect(found.inviteAcceptDialog).toBeUndefined();
  });

  it.each([
    ["relative", { uri: "relative" }, true],
    ["absolute", { uri: "absolute" }, false],
    ["of no form, as older clouds", undefined, false],
    ["odd", "relative", false],
  ])("says which uris it takes: %s", (_name, receive, expected) => {
    const resourceTypes = [{ name: "file", protocols: { webdav: "/dav/", "webdav-receive": receive } }];

    const found = parseDiscovery("cloud.example.org", { ...document, resourceTypes });

    expect(found).toMatchObject({ takesRelativeUris: expected, webdavPath: "/dav/" });
  });

  it("may be odd in all but its addresses", () => {
    const found = parseDiscovery("cloud.example.org", {
      endPoint: "https://cloud.example.org/index.php/ocm/",
      apiVersion: 1,
      provider: "\u202eelpmaxE\u0000",
      resourceTypes: [null, "file", { name: "file", protocols: "webdav" }, { name: "talk", shareTypes: [1, "user"] }],
      capabilities: ["http-sig", 7, null],
      criteria: "must-invite",
      inviteAcceptDialog: "/index.php/apps/accept",
      later: { x: 1 },
    });

    expect(found).toEqual({
      name: "elpmaxE",
      apiVersion: "",
      endPoint: "https://cloud.example.org/index.php/ocm",
      inviteAcceptDialog: "https://cloud.example.org/index.php/apps/accept",
      capabilities: ["http-sig"],
      criteria: [],
      takesRelativeUris: false,
    });
  });

  it("of Nextcloud is understood, with the key that it signs with", () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const publicKeyPem = publicKey.export({ type: "spki", format: "pem" }).toString();
    const ofNextcloud = {
      enabled: true,
      apiVersion: "1.0-proposal1",
      endPoint: "https://cloud.example.org/index.php/ocm",
      publicKey: { keyId: "https://cloud.example.org/ocm#signature", publicKeyPem },
      resourceTypes: [{ name: "file", shareTypes: ["user", "group"], protocols: { webdav: "/public.php/webdav/" } }],
    };

    const found = parseDiscovery("cloud.example.org", ofNextcloud);
    const asText = parseDiscovery("cloud.example.org", { ...ofNextcloud, publicKey: publicKeyPem });

    expect(found).toMatchObject({ webdavPath: "/public.php/webdav/", takesRelativeUris: false });
    expect(found.ownKey).toMatchObject({ kty: "RSA", kid: "https://cloud.example.org/ocm#signature" });
    expect(asText.ownKey).toEqual({ ...found.ownKey, kid: "" });
    for (const publicKey of ["no key", { keyId: "x" }, { publicKeyPem: 7 }, 7]) {
      expect(parseDiscovery("cloud.example.org", { ...ofNextcloud, publicKey }).ownKey).toBeUndefined();
    }
  });

  it.each([
    ["of ownCloud 10", { shareTypes: [{ name: "file", protocols: { webdav: "/public.php/webdav/" } }] }],
    ["as one object", { resourceTypes: { name: "file", protocols: { webdav: "/public.php/webdav/" } } }],
    ["under their names", { resourceTypes: { file: { protocols: { webdav: "/public.php/webdav/" } } } }],
    [
      "with objects for protocols",
      { resourceTypes: [{ name: "file", protocols: { webdav: { uri: "/public.php/webdav/" } } }] },
    ],
  ])("may list what can be shared %s", (_how, types) => {
    const found = parseDiscovery("cloud.example.org", { endpoint: "https://cloud.example.org/ocm", ...types });

    expect(found).toMatchObject({ webdavPath: "/public.php/webdav/", endPoint: "https://cloud.example.org/ocm" });
  });

  it.each([null, [], "text", {}, { enabled: true }, { endPoint: 7 }, { endPoint: ["https://cloud.example.org/ocm"] }])(
    "is refused when it is none: %j",
    (json) => {
      expect(() => parseDiscovery("cloud.example.org", json)).toThrow(refused("DISCOVERY_INVALID"));
    },
  );

  it("is refused when federation is off there", () => {
    expect(() => parseDiscovery("cloud.example.org", { ...document, enabled: false })).toThrow(
      refused("PROVIDER_DISABLED"),
    );
  });

  it.each(["endPoint", "tokenEndPoint", "jwksUri", "inviteAcceptDialog"])(
    "is refused when %s lies elsewhere",
    (field) => {
      for (const url of [
        "https://evil.example/ocm",
        "https://cloud.example.org.evil.example/ocm",
        "https://cloud.example.org@evil.example/ocm",
        "https://cloud.example.org:8443/ocm",
        "http://cloud.example.org/ocm",
        "https://127.0.0.1/ocm",
        "https://[::1]/ocm",
        "//evil.example/ocm",
        "\\\\evil.example\\ocm",
        "javascript:alert(1)",
        "http://",
      ]) {
        expect(() => parseDiscovery("cloud.example.org", { ...document, [field]: url }), url).toThrow(
          refused("PEER_AUTHORITY_REFUSED"),
        );
      }
    },
  );

  it("is refused when its WebDAV address lies elsewhere", () => {
    const resourceTypes = [{ name: "file", shareTypes: ["user"], protocols: { webdav: "https://evil.example/dav/" } }];

    expect(() => parseDiscovery("cloud.example.org", { ...document, resourceTypes })).toThrow(
      refused("PEER_AUTHORITY_REFUSED"),
    );
  });

  it("may use plain http only where the caller allows it", () => {
    const local = buildDiscovery({ ...site, origin: "http://alpha.localhost:3001" });

    expect(parseDiscovery("alpha.localhost:3001", local, { allowHttp: true }).endPoint).toBe(local.endPoint);
    expect(() => parseDiscovery("alpha.localhost:3001", local)).toThrow(refused("PEER_AUTHORITY_REFUSED"));
  });
});
