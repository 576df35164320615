import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  algorithmOf,
  generateSigningKey,
  type PublicJwk,
  parseJwks,
  privateJwk,
  privateKeyOfJwk,
  publicJwk,
  publicKeyOf,
  selectKey,
  thumbprint,
} from "./jwk";
import { OPENCLOUDMESH_GO } from "./vectors/opencloudmesh-go";
import { KEYS } from "./vectors/rfc9421";

it("keeps a private key and publishes only its public half", () => {
  const privateKey = generateSigningKey();

  const published = publicJwk(privateKey, "cloud.example.org#key-1");

  expect(Object.keys(published).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
  expect(privateKeyOfJwk(JSON.parse(JSON.stringify(privateJwk(privateKey)))).equals(privateKey)).toBe(true);
  expect(publicKeyOf(published)?.equals(createPublicKey(privateKey))).toBe(true);
});

it("names a key by its thumbprint, as in RFC 8037 and RFC 7638", () => {
  expect(thumbprint({ kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" })).toBe(
    "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
  );
  expect(
    thumbprint({
      kty: "RSA",
      alg: "RS256",
      e: "AQAB",
      n: "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    }),
  ).toBe("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
});

it.each([
  [{ kty: "OKP", crv: "Ed25519", alg: "Ed25519" }, "ed25519"],
  [{ kty: "OKP", crv: "Ed25519", alg: "EdDSA" }, "ed25519"],
  [{ kty: "OKP", crv: "Ed25519" }, "ed25519"],
  [{ kty: "EC", crv: "P-256", alg: "ES256" }, "ecdsa-p256-sha256"],
  [{ kty: "RSA", alg: "RS256" }, "rsa-v1_5-sha256"],
  [{ kty: "RSA", alg: "PS512" }, "rsa-pss-sha512"],
  [{ kty: "RSA" }, null],
  [{ kty: "RSA", alg: "none" }, null],
  [{ kty: "RSA", alg: "HS256" }, null],
  [{ kty: "oct", alg: "HS256", k: "c2VjcmV0" }, null],
  [{ kty: "OKP", crv: "X25519" }, null],
  [{ kty: "OKP", crv: "Ed25519", alg: "HS256" }, null],
  [{ kty: "EC", crv: "P-384", alg: "ES384" }, null],
  [{ kty: "OKP", crv: "Ed25519", use: "enc" }, null],
])("takes the algorithm from the key: %j is for %s", (jwk, algorithm) => {
  expect(algorithmOf({ kid: "k", ...jwk })).toBe(algorithm);
});

it("does not take what is no key, or too weak a key", () => {
  const weak = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ format: "jwk" });

  expect(publicKeyOf({ ...weak, kid: "k" } as PublicJwk)).toBeNull();
  expect(publicKeyOf({ kty: "OKP", crv: "Ed25519", kid: "k", x: "AAAA" })).toBeNull();
  expect(publicKeyOf({ kty: "EC", crv: "P-256", kid: "k", x: "AAAA", y: "AAAA" })).toBeNull();
  expect(publicKeyOf({ kty: "oct", kid: "k" })).toBeNull();
});

describe("a JWK Set", () => {
  it("of a peer is read", () => {
    expect(parseJwks(OPENCLOUDMESH_GO.jwks["omg1.test"])).toEqual(OPENCLOUDMESH_GO.jwks["omg1.test"].keys);
  });

  it("loses what cannot be used, and private parts", () => {
    const good = KEYS["test-key-ed25519"];

    expect(parseJwks({ keys: [null, 7, { kty: "OKP" }, { kty: "oct", kid: "k", alg: "HS256" }, good] })).toEqual([
      { kty: "OKP", crv: "Ed25519", kid: "test-key-ed25519", x: good.x },
    ]);
  });

  it.each([null, [], "x", {}, { keys: {} }, { keys: Array(101).fill({}) }])("that is none has no keys (%#)", (json) => {
    expect(parseJwks(json)).toEqual([]);
  });

  it("gives the key that the keyid names, and none when that is unclear", () => {
    const key = (kid: string, x = "") => ({ kty: "OKP", crv: "Ed25519", kid, x });
    const keyid = "cloud.example.org#key1";

    expect(selectKey([key("a"), key(keyid)], keyid)).toEqual(key(keyid));
    expect(selectKey([key("key1"), key("key2")], keyid)).toEqual(key("key1"));
    expect(selectKey([key("key1", "a"), key(keyid, "b")], keyid)).toEqual(key(keyid, "b"));
    expect(selectKey([key("key1", "a"), key("key1", "b")], keyid)).toBeNull();
    expect(selectKey([key("other")], keyid)).toBeNull();
    expect(selectKey([key("cloud.example.org")], "cloud.example.org")).toEqual(key("cloud.example.org"));
  });
});
