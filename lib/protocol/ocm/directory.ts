import { createPublicKey, type KeyObject } from "node:crypto";
import { CompactSign, compactVerify, errors, flattenedVerify, generalVerify } from "jose";
import { z } from "zod";
import { invalid, isAppError, peerFailed } from "@/lib/core/errors";
import { PublicJwk, publicKeyOf, thumbprint } from "@/lib/protocol/httpsig/jwk";
import { parseJsonLimited } from "@/lib/protocol/json";
import { looseProvider } from "@/lib/protocol/ocm/address";
import { cleanDisplayName } from "@/lib/protocol/ocm/text";

// A directory service: a list of clouds, signed by whoever keeps it, with a key that is handed over by other means.

/** Of a list as it is sent. */
export const MAX_DIRECTORY_BYTES = 1_000_000;
/** On one list. */
export const MOST_CLOUDS = 2_000;
const MOST_KEYS = 20;
/** None with a shared secret: whoever could check a list could write one. */
const ALGORITHMS = ["EdDSA", "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

/** So far ahead the clock of whoever keeps a list may go. */
const MAX_AHEAD = 3_600_000;

/** Of when a list is and until when it counts, where it says so. */
export type DirectoryDates = { issuedAt: Date | null; expiresAt: Date | null };
export type DirectoryList = DirectoryDates & { federation: string; clouds: { provider: string; name: string }[] };

/** Seconds since the epoch; whatever else stands there is no date. */
const NumericDate = z
  .number()
  .min(0)
  .max(8.64e12)
  .transform((seconds) => new Date(seconds * 1_000))
  .nullable()
  .catch(null);
const Payload = z.object({
  federation: z.string(),
  servers: z.array(z.unknown()).max(MOST_CLOUDS),
  iat: NumericDate,
  exp: NumericDate,
});
const Server = z.object({ url: z.string().max(2_000), displayName: z.string().max(2_000).catch("") });

/**
 * The public keys in what an administrator was given: a JWK, a JWK Set, or one key in PEM.
 *
 * @throws DIRECTORY_KEY_INVALID
 */
export function readDirectoryKeys(text: string): PublicJwk[] {
  const keys = text.includes("-----BEGIN ") ? [keyOfPem(text)] : listOf(text).map(keyOfJwk);
  const usable = keys.flatMap((key) => key ?? []);
  if (usable.length > 0 && usable.length <= MOST_KEYS) return usable;
  throw invalid("DIRECTORY_KEY_INVALID", "This is no public key. Paste a JWK, a JWK Set or a PEM.", {
    fields: [{ name: "key", message: "This is no public key. Paste a JWK, a JWK Set or a PEM." }],
  });
}

function listOf(text: string): unknown[] {
  try {
    const json = JSON.parse(text);
    return Array.isArray(json?.keys) ? json.keys : [json];
  } catch {
    return [];
  }
}

function keyOfJwk(value: unknown): PublicJwk | null {
  const jwk = z.looseObject({}).safeParse(value).data;
  const told = jwk && PublicJwk.safeParse({ ...jwk, kid: jwk.kid ?? "" }).data;
  const key = told && told.use !== "enc" ? publicKeyOf(told) : null;
  return key && publicJwkOf(key, told?.kid);
}

function keyOfPem(pem: string): PublicJwk | null {
  try {
    return publicJwkOf(createPublicKey(pem));
  } catch {
    return null;
  }
}

/** Only what is public, and what else was said of the key is forgotten: its kind says what it may sign. */
function publicJwkOf(key: KeyObject, kid = ""): PublicJwk | null {
  const { data } = PublicJwk.safeParse({ ...key.export({ format: "jwk" }), kid });
  return data && publicKeyOf(data) ? { ...data, kid: kid || thumbprint(data) } : null;
}

/**
 * Reads a list, in any serialization of a JWS, if one of these keys has signed it. Entries that name no cloud are left
 * out. One need not say of when it is; whether another one was younger is for the caller to know.
 *
 * @throws DIRECTORY_SIGNATURE_INVALID, DIRECTORY_INVALID, DIRECTORY_EXPIRED, DIRECTORY_OF_TOMORROW (502)
 * @see RFC 7515; RFC 7519 section 4.1 for `iat` and `exp`
 */
export async function readDirectory(text: string, keys: PublicJwk[], now: Date): Promise<DirectoryList> {
  const payload = await verifiedPayload(text.trim(), keys);
  const { data } = Payload.safeParse(readJson(payload));
  if (!data) throw notADirectory();
  const { iat: issuedAt, exp: expiresAt } = data;
  if (expiresAt && expiresAt <= now) throw peerFailed("DIRECTORY_EXPIRED", "The list says that it counts no more.");
  // It would shut out all that come after it.
  if (issuedAt && issuedAt.getTime() > now.getTime() + MAX_AHEAD) {
    throw peerFailed("DIRECTORY_OF_TOMORROW", "The list has a date that is still to come.");
  }
  const clouds = new Map<string, string>();
  for (const { provider, name } of data.servers.flatMap((server) => readServer(server) ?? [])) {
    if (!clouds.has(provider)) clouds.set(provider, name);
  }
  const list = [...clouds].map(([provider, name]) => ({ provider, name }));
  return { federation: cleanDisplayName(data.federation), clouds: list, issuedAt, expiresAt };
}

async function verifiedPayload(text: string, keys: PublicJwk[]): Promise<Uint8Array> {
  for (const key of keys.flatMap((jwk) => publicKeyOf(jwk) ?? [])) {
    try {
      return await verify(text, key);
    } catch (error) {
      if (error instanceof errors.JWSInvalid || error instanceof SyntaxError) throw notADirectory(error);
      // A TypeError: the key is of another kind than the signature.
      if (!(error instanceof errors.JOSEError) && !(error instanceof TypeError)) throw error;
    }
  }
  throw peerFailed("DIRECTORY_SIGNATURE_INVALID", "The list is not signed with the key that you were given for it.");
}

async function verify(text: string, key: KeyObject): Promise<Uint8Array> {
  const options = { algorithms: ALGORITHMS };
  if (!text.startsWith("{")) return (await compactVerify(text, key, options)).payload;
  const jws = JSON.parse(text);
  const { payload } = await (jws.signatures ? generalVerify(jws, key, options) : flattenedVerify(jws, key, options));
  return payload;
}

function readJson(payload: Uint8Array): unknown {
  try {
    return parseJsonLimited(payload, { maxBytes: MAX_DIRECTORY_BYTES });
  } catch {
    return undefined;
  }
}

function readServer(value: unknown): { provider: string; name: string } | null {
  const server = Server.safeParse(value).data;
  if (!server) return null;
  try {
    const provider = looseProvider(server.url);
    return { provider, name: cleanDisplayName(server.displayName) || provider };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return null;
  }
}

const notADirectory = (cause?: unknown) =>
  peerFailed("DIRECTORY_INVALID", "What is there is no signed list of clouds.", { cause });

/** A list as it is published, with our key of Ed25519. */
export function signDirectory(
  list: { federation: string; servers: { url: string; displayName: string }[] },
  { privateKey, kid, issuedAt, expiresAt }: { privateKey: KeyObject; kid: string; issuedAt: Date; expiresAt: Date },
): Promise<string> {
  const payload = { ...list, iat: inSeconds(issuedAt), exp: inSeconds(expiresAt) };
  const jws = new CompactSign(Buffer.from(JSON.stringify(payload)));
  return jws.setProtectedHeader({ alg: "EdDSA", kid }).sign(privateKey);
}

const inSeconds = (date: Date) => Math.floor(date.getTime() / 1_000);
