import { createHash, generateKeyPairSync, type JsonWebKey, webcrypto } from "node:crypto";
import { type InnerList, parseDictionary } from "structured-headers";
import { describe, expect, it } from "vitest";
import { signBytes, verifyBytes } from "./algorithms";
import { contentDigest, digestMatches } from "./content-digest";
import { algorithmOf, PublicJwk, privateKeyOfJwk, publicKeyOf } from "./jwk";
import type { SignedMessage } from "./message";
import { signatureBase } from "./signature-base";
import { KEYS, RESPONSE, SIGNED, TRANSFORMED } from "./vectors/rfc9421";

function holds(
  message: SignedMessage,
  vector: { keyid: keyof typeof KEYS; label: string; input: string; signature: string },
) {
  const jwk = PublicJwk.parse(KEYS[vector.keyid]);
  const [algorithm, key] = [algorithmOf(jwk), publicKeyOf(jwk)];
  const base = signatureBase(message, parseDictionary(vector.input).get(vector.label) as InnerList);
  return !!algorithm && !!key && !!base && verifyBytes(algorithm, key, base, Buffer.from(vector.signature, "base64"));
}

describe("the signatures of RFC 9421, Appendix B", () => {
  it.each(SIGNED)("$section holds", (vector) => {
    expect(algorithmOf(PublicJwk.parse(KEYS[vector.keyid]))).toBe(vector.algorithm);
    expect(holds(vector.message, vector)).toBe(true);
  });

  it.each(SIGNED.filter(({ section }) => section !== "B.2.1"))("$section falls with its message", (vector) => {
    const { message } = vector;

    expect(holds({ ...message, method: "PUT" }, vector)).toBe(false);
    expect(holds({ ...message, targetUri: message.targetUri.replace("/foo", "/fo%6f") }, vector)).toBe(false);
    expect(holds({ ...message, headers: {} }, vector)).toBe(false);
  });

  it("B.2.6 is made again, byte for byte", () => {
    const vector = SIGNED[2];
    const base = signatureBase(vector.message, parseDictionary(vector.input).get(vector.label) as InnerList);

    const signature = signBytes("ed25519", privateKeyOfJwk(KEYS["test-key-ed25519"]), base ?? Buffer.alloc(0));

    expect(signature.toString("base64")).toBe(vector.signature);
  });

  it("B.2.4 holds", () => {
    const key = publicKeyOf(PublicJwk.parse(KEYS[RESPONSE.keyid]));
    const value = Buffer.from(RESPONSE.signature, "base64");

    expect(key && verifyBytes("ecdsa-p256-sha256", key, Buffer.from(RESPONSE.base), value)).toBe(true);
    expect(key && verifyBytes("ecdsa-p256-sha256", key, Buffer.from(`${RESPONSE.base} `), value)).toBe(false);
  });

  it.each(TRANSFORMED.messages)("B.4 $what: $isValid", ({ isValid, ...message }) => {
    expect(holds(message, TRANSFORMED)).toBe(isValid);
  });

  it("have the base that the RFC prints", () => {
    const vector = SIGNED[2];

    expect(
      signatureBase(vector.message, parseDictionary(vector.input).get(vector.label) as InnerList)?.toString(),
    ).toBe(
      [
        '"date": Tue, 20 Apr 2021 02:07:55 GMT',
        '"@method": POST',
        '"@path": /foo',
        '"@authority": example.com',
        '"content-type": application/json',
        '"content-length": 18',
        '"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
      ].join("\n"),
    );
  });
});

// Appendix B.2 has no signature of RSA with PKCS #1 v1.5, and one of ECDSA is never the same twice: another reader checks.
describe("what is signed in another algorithm is read by the Web Cryptography API", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const vector = SIGNED[2];
  const base = signatureBase(vector.message, parseDictionary(vector.input).get(vector.label) as InnerList);

  it.each([
    ["ecdsa-p256-sha256", privateKeyOfJwk(KEYS["test-key-ecc-p256"]), { name: "ECDSA", namedCurve: "P-256" }, 64],
    ["rsa-v1_5-sha256", rsa, { name: "RSASSA-PKCS1-v1_5" }, 256],
  ] as const)("%s", async (alg, privateKey, name, length) => {
    const bytes = base ?? Buffer.alloc(0);

    const value = signBytes(alg, privateKey, bytes);

    const algorithm = { ...name, hash: "SHA-256" };
    const { kty, crv, x, y, n, e } = privateKey.export({ format: "jwk" });
    const jwk = { kty, crv, x, y, n, e } as JsonWebKey;
    const key = await webcrypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
    expect(value).toHaveLength(length);
    expect(await webcrypto.subtle.verify(algorithm, key, value, bytes)).toBe(true);
  });
});

describe("a Content-Digest", () => {
  const body = Buffer.from('{"hello": "world"}');
  const sha256 = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";
  const sha512 = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
  const other = `sha-256=:${createHash("sha256").update("other").digest("base64")}:`;

  it("is that of RFC 9421 and RFC 9530", () => {
    expect(contentDigest(body)).toBe(sha256);
    expect(contentDigest(Buffer.alloc(0))).toBe("sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
  });

  it.each([sha256, sha512, `${sha256}, ${sha512}`, `md5=:aGVsbG8=:, ${sha256}`])("matches: %s", (field) => {
    expect(digestMatches(field, body)).toBe(true);
  });

  it.each([
    "",
    "sha-256",
    'sha-256="X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="',
    "sha-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
    "md5=:aGVsbG8=:",
    "sha-256=::",
    other,
    `${sha512}, ${other}`,
    `${other}, ${sha256}`,
    `${sha256}, ${other}`,
    `${sha256},`,
    sha256.replace("X4", "x4"),
  ])("does not match: %j", (field) => {
    expect(digestMatches(field, body)).toBe(false);
  });
});
