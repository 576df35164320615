import { createHash } from "node:crypto";
import { parseDictionary } from "structured-headers";

const HASHES: Record<string, string> = { "sha-256": "sha256", "sha-512": "sha512" };

/** The `Content-Digest` of a body; of zero bytes when there is none. @see RFC 9530, section 2 */
export function contentDigest(bytes: Uint8Array): string {
  return `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`;
}

/**
 * Whether a `Content-Digest` speaks of exactly these bytes: at least one algorithm that we know, and every one that
 * we know matches.
 */
export function digestMatches(field: string, bytes: Uint8Array): boolean {
  let known = 0;
  try {
    for (const [name, [value]] of parseDictionary(field)) {
      const hash = HASHES[name];
      if (!hash) continue;
      const digest = createHash(hash).update(bytes).digest();
      if (!(value instanceof ArrayBuffer) || !digest.equals(Buffer.from(value))) return false;
      known++;
    }
  } catch {
    return false;
  }
  // A name said twice would hide its first value behind the second.
  return known > 0 && known === (field.match(/sha-(?:256|512)\s*=/g)?.length ?? 0);
}
