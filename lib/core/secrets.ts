import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  randomInt,
  timingSafeEqual,
} from "node:crypto";
import { config } from "./config";
import { once } from "./once";

/** What a secret is for. A ciphertext or hash made for one purpose is worthless for another. */
export type Purpose =
  | "invite"
  | "invite-words"
  | "share-secret"
  | "branch"
  | "access-token"
  | "site-key"
  | "directory-key"
  | "setup-code"
  | "replay"
  | "signed-back"
  | "session"
  | "app-password"
  | "device-code"
  | "mail"
  | "second-factor"
  | "recovery-code";

const derivedKey = (use: string) =>
  once(`key.${use}`, () => Buffer.from(hkdfSync("sha256", config().secretKey, "", `tessera/${use}`, 32)));

/** A fresh secret of 256 random bits, with a prefix that tells its kind (`inv_`, `shr_`, ...), URL-safe. */
export function newSecret(prefix: string): string {
  return prefix + randomBytes(32).toString("base64url");
}

/** Without those that are taken for digits, or for each other. */
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

/** So many random letters and digits, to be read out, written down and typed: just under five bits each. */
export function randomLetters(count: number): string {
  return Array.from({ length: count }, () => LETTERS.charAt(randomInt(LETTERS.length))).join("");
}

/** A keyed hash (HMAC-SHA-256, base64url) under which a secret is looked up; useless to a thief of the database. */
export function hashSecret(purpose: Purpose, secret: string): string {
  return createHmac("sha256", derivedKey(`hash/${purpose}`))
    .update(secret)
    .digest("base64url");
}

/** Whether two hashes are the same, in a time that does not tell how far they agree. */
export function isSameHash(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** AES-256-GCM ciphertext for a secret that must be shown or sent again. */
export function encryptSecret(purpose: Purpose, secret: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", derivedKey(`encrypt/${purpose}`), iv);
  const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** The secret inside; throws if it was tampered with or made with another key or purpose. */
export function decryptSecret(purpose: Purpose, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", derivedKey(`encrypt/${purpose}`), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
}
