import { createPublicKey, sign, verify } from "node:crypto";
import { expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { makeSite } from "@/tests/make";
import { createSigningKey, publicJwks, signingKey } from "./keys";

it("signs with a key that others can check by the published one", async () => {
  const { id } = await makeSite();

  const { kid, privateKey } = await signingKey(id);
  const signature = sign(null, Buffer.from("message"), privateKey);

  const { keys } = await publicJwks(id);
  expect(keys).toMatchObject([{ kid, kty: "OKP", crv: "Ed25519", use: "sig" }]);
  expect(keys[0]).not.toHaveProperty("d");
  const publicKey = createPublicKey({ key: keys[0] ?? {}, format: "jwk" });
  expect(verify(null, Buffer.from("message"), publicKey, signature)).toBe(true);
});

it("keeps private keys encrypted in the database", async () => {
  const { id } = await makeSite();

  const { privateKeyEncrypted } = await db().siteKey.findFirstOrThrow({ where: { siteId: id } });

  expect(privateKeyEncrypted).not.toContain("PRIVATE KEY");
});

it("signs with the newest key, and still publishes the one before", async () => {
  const { id } = await makeSite();
  await db().$transaction((tx) => createSigningKey(tx, id));

  expect((await signingKey(id)).kid).toBe("key-2");
  expect((await publicJwks(id)).keys.map(({ kid }) => kid)).toEqual(["key-2", "key-1"]);
});
