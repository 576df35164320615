import { createHash, type KeyObject, sign, verify } from "node:crypto";
import { type PublicJwk, publicKeyOf } from "@/lib/protocol/httpsig/jwk";
import { fieldValue, type MessageHeaders, type SignedMessage } from "@/lib/protocol/httpsig/message";
import { providerOfKeyid, type Refused, refuse } from "@/lib/protocol/httpsig/refusals";

// The signatures of clouds that know RFC 9421 not yet: draft-cavage-http-signatures-12, with keys of RSA.

/** The signature of such a message as it claims to be: nothing of this is verified yet. */
export type CavageSignature = {
  scheme: "cavage";
  keyid: string;
  /** The host that the keyid names. */
  provider: string;
  /** Seconds since the epoch. */
  created: number;
  expires: number | null;
  algorithm: string;
  covered: string[];
  value: Buffer;
};

const MAX_FIELD = 8192;
const PARAMETER = /([a-z]+)=(?:"([^"]*)"|(\d+))/gi;
/** All of which a request must not be told apart by anything else. */
const REQUIRED = ["(request-target)", "host", "digest"];
/** `hs2019` leaves the algorithm to the key; of RSA both of these are in use. */
const HASHES = new Map([
  ["rsa-sha256", ["sha256"]],
  ["rsa-sha512", ["sha512"]],
  ["hs2019", ["sha512", "sha256"]],
]);

/** Whether a message is signed in this form, if at all: everything is in one field, the name of the key too. */
export function isCavage(headers: MessageHeaders): boolean {
  const isNewer = fieldValue(headers, "signature-input") !== null;
  return !isNewer && /(?:^|,)\s*keyid=/i.test(fieldValue(headers, "signature") ?? "");
}

/**
 * Reads a `Signature` header of that draft. Its date is the covered `(created)` or `date`; without one it is refused.
 *
 * @see draft-cavage-http-signatures-12, section 2.1
 */
export function readCavage(headers: MessageHeaders): { ok: true; signature: CavageSignature } | Refused {
  const field = fieldValue(headers, "signature");
  if (!field) return refuse("signature-missing");
  const pairs = field.length > MAX_FIELD ? [] : [...field.matchAll(PARAMETER)];
  const parameters = new Map(pairs.map(([, name = "", text, number]) => [name.toLowerCase(), text ?? number ?? ""]));
  // Of two equal names a parser takes the one or the other.
  if (pairs.length === 0 || parameters.size !== pairs.length) return refuse("signature-malformed");

  const { keyid = "", signature = "", algorithm = "rsa-sha256", ...more } = Object.fromEntries(parameters);
  const provider = providerOfKeyid(keyid);
  if (!provider) return refuse("keyid-invalid");
  const covered = (more.headers ?? "date").toLowerCase().split(" ").filter(Boolean);
  if (new Set(covered).size !== covered.length) return refuse("signature-malformed");
  if (!REQUIRED.every((name) => covered.includes(name))) return refuse("component-missing");
  const created = covered.includes("(created)") ? Number(more.created) : dateOf(headers, covered);
  if (!Number.isSafeInteger(created)) return refuse("created-missing");
  const expires = more.expires === undefined ? null : Number(more.expires);
  const value = Buffer.from(signature, "base64");
  return { ok: true, signature: { scheme: "cavage", keyid, provider, created, expires, algorithm, covered, value } };
}

function dateOf(headers: MessageHeaders, covered: string[]): number {
  const date = covered.includes("date") ? fieldValue(headers, "date") : null;
  return date === null ? Number.NaN : Math.floor(Date.parse(date) / 1000);
}

/** Whether a `Digest` speaks of exactly these bytes. @see RFC 3230, section 4.3.2 */
export function oldDigestMatches(field: string, bytes: Uint8Array): boolean {
  const parts = field.split(",").map((part) => /^\s*(sha-256|sha-512)=([^\s]*)\s*$/i.exec(part));
  const known = parts.filter((part) => part !== null);
  return (
    known.length > 0 &&
    known.every(([, name = "", value]) => {
      const hash = name.toLowerCase().replace("-", "");
      return createHash(hash).update(bytes).digest("base64") === value;
    })
  );
}

/** The bytes that are signed, or null where a covered field is missing. Of the host it is our own name that counts. */
function baseOf(message: SignedMessage, { covered, created, expires }: Omit<CavageSignature, "value">): Buffer | null {
  const url = new URL(message.targetUri);
  const derived = new Map([
    ["(request-target)", `${message.method.toLowerCase()} ${url.pathname}${url.search}`],
    ["(created)", String(created)],
    ["(expires)", String(expires)],
    ["host", url.host],
  ]);
  const lines = covered.map((name) => [name, derived.get(name) ?? fieldValue(message.headers, name)] as const);
  if (lines.some(([, value]) => value === null)) return null;
  return Buffer.from(lines.map(([name, value]) => `${name}: ${value}`).join("\n"), "latin1");
}

/** Checks the signature with a key of RSA, and returns by what a repetition of the request is known. */
export function checkCavage(message: SignedMessage, signature: CavageSignature, jwk: PublicJwk): string | Refused {
  const key = publicKeyOf(jwk);
  const hashes = HASHES.get(signature.algorithm.toLowerCase());
  if (!hashes || key?.asymmetricKeyType !== "rsa") return refuse("algorithm-unsupported");
  const base = baseOf(message, signature);
  if (!base) return refuse("component-missing");
  if (!hashes.some((hash) => verify(hash, base, key, signature.value))) return refuse("signature-wrong");
  return `sha256:${createHash("sha256").update(base).digest("base64")}`;
}

export type CavageRequest = {
  method: string;
  url: string;
  /** As it will be sent in `date`. */
  date: string;
  body: Uint8Array;
  privateKey: KeyObject;
  keyid: string;
};

const COVERED = ["(request-target)", "content-length", "date", "digest", "host"];

/**
 * Signs a request for a cloud that knows this draft only, and returns the headers to add. There are no spaces between
 * the parameters, for the sake of readers that do not expect any.
 *
 * @see draft-cavage-http-signatures-12, section 4.1
 */
export function signCavage({ method, url, date, body, privateKey, keyid }: CavageRequest): Record<string, string> {
  const headers = {
    date,
    digest: `SHA-256=${createHash("sha256").update(body).digest("base64")}`,
    "content-length": String(body.byteLength),
  };
  const unsigned = {
    scheme: "cavage" as const,
    keyid,
    provider: "",
    created: 0,
    expires: null,
    algorithm: "",
    covered: COVERED,
  };
  const base = baseOf({ method, targetUri: url, headers }, unsigned);
  if (!base) throw new Error("A covered component has no value.");
  const value = sign("sha512", base, privateKey).toString("base64");
  const parameters = { keyId: keyid, algorithm: "rsa-sha512", headers: COVERED.join(" "), signature: value };
  const signature = Object.entries(parameters).map(([name, text]) => `${name}="${text}"`);
  return { ...headers, signature: signature.join(",") };
}
