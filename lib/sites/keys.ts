import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { db } from "@/lib/core/db";
import { conflict, notFound } from "@/lib/core/errors";
import { once } from "@/lib/core/once";
import { decryptSecret } from "@/lib/core/secrets";
import { ALG, columnsOf, FIRST_RSA_KID, KINDS, kidOf, makePair } from "./internal/key-pairs";
import type { SiteKeyKind } from "./schema";

export type SigningKey = { kid: string; alg: string; privateKey: KeyObject };
export type PublicJwk = JsonWebKey & { kid: string; alg: string; use: "sig" };

/** Another process may have made new keys: no copy is older than this. */
const FRESH_FOR = 60_000;
type LiveKey = SigningKey & { usedFrom: Date };
type Cached = { keys: LiveKey[]; readAt: number };
const cache = () => once("signing-keys", () => new Map<string, Cached>());

/** Makes the next use of a key read what was just written. */
export function forgetKeys(): void {
  cache().clear();
}

/**
 * The key of a kind that signs what this site sends: of those whose time has come, the last one. Every process changes
 * to the next one at the same moment, since all know it long before. All but Ed25519 are made when first asked for.
 *
 * @throws SITE_KEY_NOT_FOUND
 */
export async function signingKey(siteId: string, kind: SiteKeyKind = "ed25519"): Promise<SigningKey> {
  const present = await findKey(siteId, kind);
  if (present || kind === "ed25519") return present ?? keyMissing();
  const data = { siteId, ...columnsOf(kidOf(kind, 1), kind, await makePair(kind)) };
  await db().siteKey.createMany({ data, skipDuplicates: true }); // of two who make one, the first one's counts
  cache().delete(`${siteId} ${kind}`);
  return (await findKey(siteId, kind)) ?? keyMissing();
}

/**
 * The public keys of a site of all kinds as a JWK Set: the next one too, and the one before, for what is still on its
 * way. Whoever reads only the first meets the one of Ed25519 that signs.
 */
export async function publicJwks(siteId: string): Promise<{ keys: PublicJwk[] }> {
  // One that is made only when it signs would not be known to whoever asked before.
  await Promise.all([signingKey(siteId, "es256"), signingKey(siteId, "rsa")]);
  const where = { siteId, retiredAt: null };
  const rows = await db().siteKey.findMany({ where, orderBy: [{ usedFrom: "desc" }, { createdAt: "desc" }] });
  const now = new Date();
  const inOrder = [...rows.filter(({ usedFrom }) => usedFrom <= now), ...rows.filter(({ usedFrom }) => usedFrom > now)];
  const byKind = KINDS.flatMap((kind) => inOrder.filter(({ alg }) => alg === ALG[kind]));
  return { keys: byKind.map(({ kid, alg, publicJwk }) => ({ ...(publicJwk as JsonWebKey), kid, alg, use: "sig" })) };
}

/**
 * The name of a key of RSA in signatures after the older draft. The clouds that read them take the host from it, and
 * want a URL for that. One that has seen a key under a name takes no other under it ever again, so each has a name of its
 * own.
 */
export const olderKeyId = (origin: string, { kid }: Pick<SigningKey, "kid">) =>
  `${origin}/ocm#${kid === FIRST_RSA_KID ? "signature" : kid}`;

/** The key of RSA as the discovery document shows it, which has room for one only. */
export async function olderPublicKey(site: { id: string; origin: string }) {
  const key = await signingKey(site.id, "rsa");
  const publicKeyPem = createPublicKey(key.privateKey).export({ type: "spki", format: "pem" }).toString();
  return { keyId: olderKeyId(site.origin, key), publicKeyPem };
}

async function findKey(siteId: string, kind: SiteKeyKind): Promise<SigningKey | null> {
  const name = `${siteId} ${kind}`;
  const cached = cache().get(name);
  const isFresh = cached && performance.now() - cached.readAt < FRESH_FOR;
  const keys = isFresh ? cached.keys : await readKeys(siteId, kind);
  if (!isFresh && keys.length > 0) cache().set(name, { keys, readAt: performance.now() });
  const now = new Date();
  // The clock of whoever made the only one may be a little ahead of ours.
  return keys.find(({ usedFrom }) => usedFrom <= now) ?? keys.at(-1) ?? null;
}

/**
 * Sees whether what this cloud keeps secret can be opened. With another `SECRET_KEY` none of it could, and what is new
 * would be locked away with that one.
 *
 * @throws SECRET_KEY_WRONG (409)
 */
export async function requireOwnSecretKey(siteId: string): Promise<void> {
  for (const { privateKeyEncrypted: sealed } of await listLive(siteId, "ed25519")) {
    if (!sealed) continue;
    try {
      decryptSecret("site-key", sealed);
    } catch {
      throw secretKeyWrong();
    }
  }
}

const secretKeyWrong = () =>
  conflict(
    "SECRET_KEY_WRONG",
    "The secrets of this cloud were made with another SECRET_KEY, which stands in the file key of its data folder unless the environment has it: without that one they cannot be opened.",
  );

function listLive(siteId: string, kind: SiteKeyKind) {
  const where = { siteId, alg: ALG[kind], retiredAt: null };
  return db().siteKey.findMany({ where, orderBy: [{ usedFrom: "desc" }, { createdAt: "desc" }] });
}

/** Those that sign or will, the last one first. */
async function readKeys(siteId: string, kind: SiteKeyKind): Promise<LiveKey[]> {
  const rows = await listLive(siteId, kind);
  return rows.flatMap(({ kid, alg, usedFrom, privateKeyEncrypted: sealed }) => {
    return sealed ? { kid, alg, usedFrom, privateKey: createPrivateKey(decryptSecret("site-key", sealed)) } : [];
  });
}

function keyMissing(): never {
  throw notFound("SITE_KEY_NOT_FOUND", "This cloud has no key to sign with.");
}
