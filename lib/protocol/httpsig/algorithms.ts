import { constants, type KeyObject, sign, verify } from "node:crypto";

/** The asymmetric algorithms of the IANA registry that peers use; a symmetric one can never be verified here. */
export type SignatureAlgorithm = "ed25519" | "ecdsa-p256-sha256" | "rsa-v1_5-sha256" | "rsa-pss-sha512";

const OPTIONS = {
  ed25519: { hash: null, key: {} },
  "ecdsa-p256-sha256": { hash: "sha256", key: { dsaEncoding: "ieee-p1363" } },
  "rsa-v1_5-sha256": { hash: "sha256", key: { padding: constants.RSA_PKCS1_PADDING } },
  "rsa-pss-sha512": { hash: "sha512", key: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 } },
} as const;

/** Signs bytes. @see RFC 9421, section 3.3 */
export function signBytes(algorithm: SignatureAlgorithm, privateKey: KeyObject, bytes: Buffer): Buffer {
  const { hash, key } = OPTIONS[algorithm];
  return sign(hash, bytes, { key: privateKey, ...key });
}

/** Whether the signature of these bytes was made with that key. */
export function verifyBytes(
  algorithm: SignatureAlgorithm,
  publicKey: KeyObject,
  bytes: Buffer,
  value: Buffer,
): boolean {
  const { hash, key } = OPTIONS[algorithm];
  return verify(hash, bytes, { key: publicKey, ...key }, value);
}
