import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";
import { promisify } from "node:util";
import { db, type Tx } from "@/lib/core/db";
import { notFound } from "@/lib/core/errors";
import { once } from "@/lib/core/once";
import { decryptSecret, encryptSecret } from "@/lib/core/secrets";

export type SigningKey = { kid: string; alg: string; privateKey: KeyObject };
export type PublicJwk = JsonWebKey & { kid: string; alg: string; use: "sig" };

/** What signs after RFC 9421, and what does for clouds that know the older draft only. */
const ALG = { newest: "EdDSA", older: "RS512" };
const FIRST_OLDER_KID = "rsa-1";
/** Another process may have made a new key: no copy is older than this. */
const FRESH_FOR = 60_000;
type Cached = { key: SigningKey; readAt: number };

/** Makes the next Ed25519 key of a site; it signs from the moment the transaction commits. */
export async function createSigningKey(tx: Tx, siteId: string): Promise<void> {
  const kid = `key-${(await tx.siteKey.count({ where: { siteId, alg: ALG.newest } })) + 1}`;
  await tx.siteKey.create({ data: { siteId, ...columnsOf(kid, ALG.newest, generateKeyPairSync("ed25519")) } });
}

/**
 * The key that signs what this site sends: the newest that is not retired.
 *
 * @throws SITE_KEY_NOT_FOUND
 */
export async function signingKey(siteId: string): Promise<SigningKey> {
  const key = await findKey(siteId, ALG.newest);
  if (!key) throw notFound("SITE_KEY_NOT_FOUND", "This cloud has no key to sign with.");
  return key;
}

/** Every public key of a site as a JWK Set; retired ones too, for what is still on its way. */
export async function publicJwks(siteId: string): Promise<{ keys: PublicJwk[] }> {
  const rows = await db().siteKey.findMany({ where: { siteId, alg: ALG.newest }, orderBy: { createdAt: "desc" } });
  return { keys: rows.map(({ kid, alg, publicJwk }) => ({ ...(publicJwk as JsonWebKey), kid, alg, use: "sig" })) };
}

/** The key of RSA for clouds that know only signatures after the older draft; made when it is first asked for. */
export async function olderSigningKey(siteId: string): Promise<SigningKey> {
  const present = await findKey(siteId, ALG.older);
  if (present) return present;
  const pair = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const data = { siteId, ...columnsOf(FIRST_OLDER_KID, ALG.older, pair) };
  await db().siteKey.createMany({ data, skipDuplicates: true }); // of two who make one, the first one's counts
  const made = await findKey(siteId, ALG.older);
  if (!made) throw notFound("SITE_KEY_NOT_FOUND", "This cloud has no key to sign with.");
  return made;
}

/** The name of that key in signatures. The clouds that read them take the host from it, and want a URL for that. */
export const olderKeyId = (origin: string) => `${origin}/ocm#signature`;

/** That key as the discovery document shows it. */
export async function olderPublicKey(site: { id: string; origin: string }) {
  const { privateKey } = await olderSigningKey(site.id);
  const publicKeyPem = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
  return { keyId: olderKeyId(site.origin), publicKeyPem };
}

async function findKey(siteId: string, alg: string): Promise<SigningKey | null> {
  const cache = once("signing-keys", () => new Map<string, Cached>());
  const name = `${siteId} ${alg}`;
  const cached = cache.get(name);
  if (cached && performance.now() - cached.readAt < FRESH_FOR) return cached.key;
  const row = await db().siteKey.findFirst({ where: { siteId, alg, retiredAt: null }, orderBy: { createdAt: "desc" } });
  if (!row) return null;
  const key = { kid: row.kid, alg, privateKey: createPrivateKey(decryptSecret("site-key", row.privateKeyEncrypted)) };
  cache.set(name, { key, readAt: performance.now() });
  return key;
}

function columnsOf(kid: string, alg: string, pair: { publicKey: KeyObject; privateKey: KeyObject }) {
  const pem = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const publicJwk = pair.publicKey.export({ format: "jwk" }) as Record<string, string>;
  return { kid, alg, publicJwk, privateKeyEncrypted: encryptSecret("site-key", pem) };
}
