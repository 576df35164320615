import { createPrivateKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from "node:crypto";
import { db, type Tx } from "@/lib/core/db";
import { notFound } from "@/lib/core/errors";
import { once } from "@/lib/core/once";
import { decryptSecret, encryptSecret } from "@/lib/core/secrets";

export type SigningKey = { kid: string; alg: string; privateKey: KeyObject };
export type PublicJwk = JsonWebKey & { kid: string; alg: string; use: "sig" };

/** Another process may have made a new key: no copy is older than this. */
const FRESH_FOR = 60_000;
type Cached = { key: SigningKey; readAt: number };

/** Makes the next Ed25519 key of a site; it signs from the moment the transaction commits. */
export async function createSigningKey(tx: Tx, siteId: string): Promise<void> {
  const kid = `key-${(await tx.siteKey.count({ where: { siteId } })) + 1}`;
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  await tx.siteKey.create({
    data: {
      siteId,
      kid,
      alg: "EdDSA",
      publicJwk: publicKey.export({ format: "jwk" }) as { kty: string; crv: string; x: string },
      privateKeyEncrypted: encryptSecret("site-key", pem),
    },
  });
}

/**
 * The key that signs what this site sends: the newest that is not retired.
 *
 * @throws SITE_KEY_NOT_FOUND
 */
export async function signingKey(siteId: string): Promise<SigningKey> {
  const cache = once("signing-keys", () => new Map<string, Cached>());
  const cached = cache.get(siteId);
  if (cached && performance.now() - cached.readAt < FRESH_FOR) return cached.key;
  const row = await db().siteKey.findFirst({ where: { siteId, retiredAt: null }, orderBy: { createdAt: "desc" } });
  if (!row) throw notFound("SITE_KEY_NOT_FOUND", "This cloud has no key to sign with.");
  const privateKey = createPrivateKey(decryptSecret("site-key", row.privateKeyEncrypted));
  const key = { kid: row.kid, alg: row.alg, privateKey };
  cache.set(siteId, { key, readAt: performance.now() });
  return key;
}

/** Every public key of a site as a JWK Set; retired ones too, for what is still on its way. */
export async function publicJwks(siteId: string): Promise<{ keys: PublicJwk[] }> {
  const rows = await db().siteKey.findMany({ where: { siteId }, orderBy: { createdAt: "desc" } });
  return { keys: rows.map(({ kid, alg, publicJwk }) => ({ ...(publicJwk as JsonWebKey), kid, alg, use: "sig" })) };
}
