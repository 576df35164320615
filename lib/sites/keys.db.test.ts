import { createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { makeSite } from "@/tests/make";
import { createSigningKey } from "./change-keys";
import { olderPublicKey, publicJwks, signingKey } from "./keys";

it("signs with a key that others can check by the published one", async () => {
  const { id } = await makeSite();

  const { kid, privateKey } = await signingKey(id);
  const signature = sign(null, Buffer.from("message"), privateKey);

  const { keys } = await publicJwks(id);
  expect(keys).toMatchObject([
    { kid, kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig" },
    { kid: "ec-1", kty: "EC", crv: "P-256", alg: "ES256", use: "sig" },
    { kid: "rsa-1", kty: "RSA", alg: "RS256", use: "sig" },
  ]);
  for (const key of keys) expect(key).not.toHaveProperty("d");
  const publicKey = createPublicKey({ key: keys[0] ?? {}, format: "jwk" });
  expect(verify(null, Buffer.from("message"), publicKey, signature)).toBe(true);
});

it("keeps private keys encrypted in the database", async () => {
  const { id } = await makeSite();

  await publicJwks(id);

  const rows = await db().siteKey.findMany({ where: { siteId: id } });
  expect(rows).toHaveLength(3);
  for (const { privateKeyEncrypted } of rows) expect(privateKeyEncrypted).not.toContain("PRIVATE KEY");
});

it("signs with the newest key, and still publishes the one before", async () => {
  const { id } = await makeSite();
  await db().$transaction((tx) => createSigningKey(tx, id));

  expect((await signingKey(id)).kid).toBe("key-2");
  expect((await publicJwks(id)).keys.map(({ kid }) => kid)).toEqual(["key-2", "key-1", "ec-1", "rsa-1"]);
});

it.each(["es256", "rsa"] as const)(
  "makes one key of %s however many ask for it first, and publishes that",
  async (kind) => {
    const { id } = await makeSite();

    const keys = await Promise.all([1, 2, 3].map(() => signingKey(id, kind)));

    const { kid = "", privateKey } = keys[0] ?? {};
    const jwk = (await publicJwks(id)).keys.find((key) => key.kid === kid);
    expect(new Set(keys.map((key) => key.kid)).size).toBe(1);
    const signature = sign("sha256", Buffer.from("message"), privateKey as KeyObject);
    const publicKey = createPublicKey({ key: jwk ?? {}, format: "jwk" });
    expect(verify("sha256", Buffer.from("message"), publicKey, signature)).toBe(true);
  },
);

describe("the key for clouds that know the older draft", () => {
  it("is made once by however many ask for it first, and is the one that is shown", async () => {
    const site = await makeSite();

    const keys = await Promise.all([1, 2, 3].map(() => signingKey(site.id, "rsa")));

    const { keyId, publicKeyPem } = await olderPublicKey(site);
    expect(keyId).toBe(`${site.origin}/ocm#signature`);
    for (const { privateKey } of keys) {
      const signature = sign("sha512", Buffer.from("message"), privateKey);
      expect(verify("sha512", Buffer.from("message"), publicKeyPem, signature)).toBe(true);
    }
    expect(await db().siteKey.count({ where: { siteId: site.id, alg: "RS256" } })).toBe(1);
  });

  it("neither signs nor stands where the other one does", async () => {
    const { id } = await makeSite();
    await signingKey(id, "rsa");
    await db().$transaction((tx) => createSigningKey(tx, id));

    expect(await signingKey(id)).toMatchObject({ kid: "key-2", alg: "EdDSA" });
    expect((await publicJwks(id)).keys.map(({ kid }) => kid)).toEqual(["key-2", "key-1", "ec-1", "rsa-1"]);
  });
});
