import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";
import { z } from "zod";
import type { SignatureAlgorithm } from "@/lib/protocol/httpsig/algorithms";

const part = z.string().max(2048).optional();

/** A public key as Providers publish it; what else it says, a private part above all, is dropped. */
export const PublicJwk = z.object({
  kty: z.string().max(16),
  kid: z.string().max(1024),
  alg: part,
  use: part,
  crv: part,
  x: part,
  y: part,
  n: part,
  e: part,
});
export type PublicJwk = z.infer<typeof PublicJwk>;

/** A private key of ours, to be kept encrypted. */
export type PrivateJwk = JsonWebKey;

const Jwks = z.object({ keys: z.array(z.unknown()).max(100) });

/** A new Ed25519 key to sign with. */
export function generateSigningKey(): KeyObject {
  return generateKeyPairSync("ed25519").privateKey;
}

/** A public key of RSA in the older form of discovery documents, as a JWK. Null when it is none. */
export function jwkOfPem(pem: string, kid: string): PublicJwk | null {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === "rsa" ? PublicJwk.parse({ ...key.export({ format: "jwk" }), kid }) : null;
  } catch {
    return null;
  }
}

/** The private key for keeping; `privateKeyOfJwk` reads it back. */
export function privateJwk(privateKey: KeyObject): PrivateJwk {
  return privateKey.export({ format: "jwk" });
}

/** Reads back what `privateJwk` wrote. */
export function privateKeyOfJwk(jwk: PrivateJwk): KeyObject {
  return createPrivateKey({ key: jwk, format: "jwk" });
}

/** The public half of one of our Ed25519 keys, as we publish it. @see RFC 8037, RFC 9864 */
export function publicJwk(privateKey: KeyObject, kid: string): PublicJwk {
  const { kty, crv, x } = createPublicKey(privateKey).export({ format: "jwk" });
  return PublicJwk.parse({ kty, crv, x, kid, alg: "Ed25519", use: "sig" });
}

/** The name that a key has by itself. @see RFC 7638 */
export function thumbprint({ kty, crv, x, y, n, e }: Omit<PublicJwk, "kid">): string {
  const required = { OKP: { crv, kty, x }, EC: { crv, kty, x, y }, RSA: { e, kty, n } }[kty];
  return createHash("sha256")
    .update(JSON.stringify(required ?? {}))
    .digest("base64url");
}

/** Whether this is a JWK Set at all, be it an empty one. */
export const isJwks = (json: unknown): boolean => Jwks.safeParse(json).success;

/** The usable keys of a JWK Set; what is not a key of ours to understand is left out. @see RFC 7517 */
export function parseJwks(json: unknown): PublicJwk[] {
  const { data } = Jwks.safeParse(json);
  return (data?.keys ?? []).flatMap((key) => PublicJwk.safeParse(key).data ?? []).filter((key) => algorithmOf(key));
}

/** The one key that a keyid names: by its whole `kid`, or by the fragment alone. Null when none or several fit. */
export function selectKey(keys: PublicJwk[], keyid: string): PublicJwk | null {
  const exact = keys.filter(({ kid }) => kid === keyid);
  const fragment = /#(.+)$/.exec(keyid)?.[1];
  const found = exact.length > 0 ? exact : keys.filter(({ kid }) => kid === fragment);
  return found.length === 1 ? (found[0] ?? null) : null;
}

/**
 * The algorithm that a key is for, told by the key alone: a message that names another one is lying.
 * Null for a symmetric key, a key for encryption, an unknown curve, or an RSA key that does not say.
 */
export function algorithmOf({ kty, crv, alg, use = "sig" }: PublicJwk): SignatureAlgorithm | null {
  if (use !== "sig") return null;
  if (kty === "OKP" && crv === "Ed25519" && (!alg || alg === "Ed25519" || alg === "EdDSA")) return "ed25519";
  if (kty === "EC" && crv === "P-256" && (!alg || alg === "ES256")) return "ecdsa-p256-sha256";
  if (kty === "RSA" && alg === "RS256") return "rsa-v1_5-sha256";
  if (kty === "RSA" && alg === "PS512") return "rsa-pss-sha512";
  return null;
}

/** Those that were read last: a cloud that writes often is checked with the same key each time. */
const keysRead = new Map<string, KeyObject | null>();
const MOST_READ = 1000;

/** The key itself. Null when its numbers are no key, or when it is an RSA key under 2048 bits. */
export function publicKeyOf({ kty, crv, x, y, n, e }: PublicJwk): KeyObject | null {
  const name = [kty, crv, x, y, n, e].join(" ");
  const known = keysRead.get(name);
  if (known !== undefined) return known;
  const key = readKey({ kty, crv, x, y, n, e });
  if (keysRead.size >= MOST_READ) keysRead.clear();
  keysRead.set(name, key);
  return key;
}

function readKey(jwk: JsonWebKey): KeyObject | null {
  try {
    const key = createPublicKey({ key: jwk, format: "jwk" });
    const bits = key.asymmetricKeyDetails?.modulusLength;
    return bits !== undefined && (bits < 2048 || bits > 8192) ? null : key;
  } catch {
    return null;
  }
}
