import { parseDictionary } from "structured-headers";
import { type HeaderMap, headerOf } from "./headers";

/**
 * The SHA-256 in hex that a body is to have, by its sender: `Repr-Digest`, `Content-Digest`, or the older `OC-Checksum`.
 * Null where none of them says one; other algorithms are not heeded, as RFC 9530 has it.
 *
 * @see RFC 9530, sections 2 and 3
 */
export function expectedSha256(headers: HeaderMap): string | null {
  const named = headerOf(headers, "repr-digest") ?? headerOf(headers, "content-digest");
  const older = /^\s*SHA-?256:([0-9a-f]{64})\s*$/i.exec(headerOf(headers, "oc-checksum") ?? "")?.[1];
  return (named && sha256In(named)) || older?.toLowerCase() || null;
}

function sha256In(field: string): string | null {
  try {
    const [value] = parseDictionary(field).get("sha-256") ?? [];
    return value instanceof ArrayBuffer ? Buffer.from(value).toString("hex") : null;
  } catch {
    return null;
  }
}

/** A SHA-256 in hex as a field of RFC 9530. */
export const digestField = (sha256: string) => `sha-256=:${Buffer.from(sha256, "hex").toString("base64")}:`;
