import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { CompactSign, FlattenedSign, GeneralSign } from "jose";
import { describe, expect, it } from "vitest";
import { readDirectory as readAt, readDirectoryKeys, signDirectory } from "./directory";

const PAIRS = {
  EdDSA: generateKeyPairSync("ed25519"),
  ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  PS256: generateKeyPairSync("rsa", { modulusLength: 2048 }),
};
const { publicKey, privateKey } = PAIRS.EdDSA;
const jwkText = (key: KeyObject) => JSON.stringify(key.export({ format: "jwk" }));
const keys = readDirectoryKeys(jwkText(publicKey));

const LIST = {
  federation: "Town halls",
  servers: [
    { url: "https://cloud.example.org", displayName: "Town hall" },
    { url: "https://other.example.org:8443/some/page", displayName: "" },
  ],
};
const NOW = new Date("2026-11-30T12:00:00Z");
const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);
const seconds = (date: Date) => date.getTime() / 1_000;
const readDirectory = (text: string, keys: Parameters<typeof readAt>[1]) => readAt(text, keys, NOW);
const READ = {
  issuedAt: null,
  expiresAt: null,
  federation: "Town halls",
  clouds: [
    { provider: "cloud.example.org", name: "Town hall" },
    { provider: "other.example.org:8443", name: "other.example.org:8443" },
  ],
};
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const sign = (payload: Uint8Array, header = { alg: "EdDSA" }, key: KeyObject | Uint8Array = privateKey) =>
  new CompactSign(payload).setProtectedHeader(header).sign(key);
const code = (code: string) => expect.objectContaining({ code });

describe("a list", () => {
  it("reads as it was signed here", async () => {
    const dates = { issuedAt: NOW, expiresAt: later(72) };
    const signed = await signDirectory(LIST, { privateKey, kid: "one", ...dates });

    expect(await readDirectory(signed, keys)).toEqual({ ...READ, ...dates });
  });

  it.each([
    ["DIRECTORY_EXPIRED", { exp: seconds(NOW) }],
    ["DIRECTORY_OF_TOMORROW", { iat: seconds(later(2)) }],
  ])("is refused with %s by what it says of its time", async (reason, dates) => {
    await expect(readDirectory(await sign(bytes({ ...LIST, ...dates })), keys)).rejects.toEqual(code(reason));
  });

  it("may be of a clock that goes ahead a little, and what is no date says nothing", async () => {
    const ahead = await sign(bytes({ ...LIST, iat: seconds(later(0.9)) }));
    const odd = await sign(bytes({ ...LIST, iat: "2026", exp: -1 }));

    expect(await readDirectory(ahead, keys)).toEqual({ ...READ, issuedAt: later(0.9) });
    expect(await readDirectory(odd, keys)).toEqual(READ);
  });

  it("may come in the other serializations", async () => {
    const flattened = await new FlattenedSign(bytes(LIST)).setProtectedHeader({ alg: "EdDSA" }).sign(privateKey);
    const general = new GeneralSign(bytes(LIST));
    general.addSignature(PAIRS.ES256.privateKey).setProtectedHeader({ alg: "ES256" });
    general.addSignature(privateKey).setProtectedHeader({ alg: "EdDSA" });

    expect(await readDirectory(JSON.stringify(flattened), keys)).toEqual(READ);
    expect(await readDirectory(JSON.stringify(await general.sign()), keys)).toEqual(READ);
  });

  it.each(["ES256", "PS256"] as const)("may be signed by %s, with one of several keys", async (alg) => {
    const signed = await sign(bytes(LIST), { alg }, PAIRS[alg].privateKey);

    expect(await readDirectory(signed, [...keys, ...readDirectoryKeys(jwkText(PAIRS[alg].publicKey))])).toEqual(READ);
  });

  it("is refused if another key signed it, or if it was changed since", async () => {
    const [header, , signature] = (await sign(bytes(LIST))).split(".");
    const changed = [header, bytes({ ...LIST, federation: "Others" }).toString("base64url"), signature].join(".");
    const foreign = await sign(bytes(LIST), { alg: "EdDSA" }, generateKeyPairSync("ed25519").privateKey);

    for (const text of [changed, foreign]) {
      await expect(readDirectory(text, keys)).rejects.toEqual(code("DIRECTORY_SIGNATURE_INVALID"));
    }
  });

  it("is refused if it says that nobody signed it, or takes the public key for a shared secret", async () => {
    const none = [bytes({ alg: "none" }), bytes(LIST), ""].map((part) => Buffer.from(part).toString("base64url"));
    const pem = PAIRS.PS256.publicKey.export({ type: "spki", format: "pem" }).toString();
    const confused = await sign(bytes(LIST), { alg: "HS256" }, Buffer.from(pem));
    const rsa = readDirectoryKeys(pem);

    for (const text of [none.join("."), confused]) {
      await expect(readDirectory(text, rsa)).rejects.toEqual(code("DIRECTORY_SIGNATURE_INVALID"));
    }
  });

  it("keeps what names a cloud, once, and leaves out the rest", async () => {
    const servers = [...LIST.servers, LIST.servers[0], null, 7, {}, { url: "no cloud" }, { url: "ftp://a/b@c" }];

    expect(await readDirectory(await sign(bytes({ ...LIST, servers })), keys)).toEqual(READ);
  });

  it.each([
    ["a web page", "<html>"],
    ["nothing", ""],
    ["JSON that nobody signed", JSON.stringify(LIST)],
    ["broken JSON", "{"],
  ])("is not %s", async (_name, text) => {
    await expect(readDirectory(text, keys)).rejects.toEqual(code("DIRECTORY_INVALID"));
  });

  it.each([["text"], [{}], [{ federation: "x", servers: {} }], [{ ...LIST, servers: Array(2_001).fill({}) }]])(
    "is not signed anything else (%#)",
    async (payload) => {
      await expect(readDirectory(await sign(bytes(payload)), keys)).rejects.toEqual(code("DIRECTORY_INVALID"));
    },
  );
});

describe("the key of a directory", () => {
  const whole = publicKey.export({ format: "jwk" });

  it.each([
    ["a JWK", JSON.stringify({ ...whole, kid: "one", alg: "EdDSA" })],
    [
      "a JWK Set",
      JSON.stringify({
        keys: [
          { kty: "oct", k: "AAAA" },
          { ...whole, kid: "one" },
        ],
      }),
    ],
    ["the private key by mistake", JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid: "one" })],
  ])("is read from %s, and nothing but what is public is kept", (_name, text) => {
    expect(readDirectoryKeys(text)).toEqual([{ kty: "OKP", crv: "Ed25519", x: whole.x, kid: "one" }]);
  });

  it("is read from a PEM", () => {
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString();

    expect(readDirectoryKeys(`\n${pem}`)).toEqual([
      { kty: "OKP", crv: "Ed25519", x: whole.x, kid: expect.any(String) },
    ]);
  });

  it.each([
    ["nothing", ""],
    ["words", "the key"],
    ["a shared secret", '{"kty":"oct","k":"AAAA"}'],
    ["a key for encryption", JSON.stringify({ ...whole, use: "enc" })],
    ["a short key of RSA", jwkText(generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey)],
    ["an empty set", '{"keys":[]}'],
    ["a broken PEM", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"],
  ])("is not %s", (_name, text) => {
    expect(() => readDirectoryKeys(text)).toThrow(code("DIRECTORY_KEY_INVALID"));
  });
});
