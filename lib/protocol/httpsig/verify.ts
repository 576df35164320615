import { createHash } from "node:crypto";
import { verifyBytes } from "@/lib/protocol/httpsig/algorithms";
import {
  type CavageSignature,
  checkCavage,
  isCavage,
  oldDigestMatches,
  readCavage,
} from "@/lib/protocol/httpsig/cavage";
import { digestMatches } from "@/lib/protocol/httpsig/content-digest";
import { algorithmOf, type PublicJwk, publicKeyOf } from "@/lib/protocol/httpsig/jwk";
import { fieldValue, type SignedMessage } from "@/lib/protocol/httpsig/message";
import { type OcmSignature, readSignature } from "@/lib/protocol/httpsig/read";
import { type Refused, refuse } from "@/lib/protocol/httpsig/refusals";
import { signatureBase } from "@/lib/protocol/httpsig/signature-base";

/** How old a signature may be, and how far ahead the signer's clock, in seconds. */
export type SignatureWindow = { past: number; future: number };
export const SIGNATURE_WINDOW: SignatureWindow = { past: 300, future: 60 };

export type ReceivedRequest = SignedMessage & { body: Uint8Array; now: Date; window?: SignatureWindow };

/** A signature as it claims to be. */
export type ClaimedSignature = OcmSignature | CavageSignature;

/** Who signed, and by what a repetition of the same request is known. */
export type Verified = {
  ok: true;
  keyid: string;
  /** By which it was checked: of the key, or of the older draft as the message names it. */
  algorithm: string;
  provider: string;
  /** Seconds since the epoch. */
  created: number;
  nonce: string | null;
  /** The nonce, else a hash of all that was signed: an ECDSA signature can be rewritten and stay valid. */
  replayKey: string;
};

const REQUIRED = ["@method", "@target-uri", "content-digest", "content-length"];

/**
 * Whether a request was signed as OCM demands. The key comes from `findKey`, which is asked only when all that can
 * be judged without a key holds; the algorithm comes from the key. A request without any `Signature-Input` may be
 * signed after the older draft that clouds used before.
 *
 * @see OCM, "Verification Requirements"; RFC 9421, section 3.2; draft-cavage-http-signatures-12
 */
export async function verifyRequest(
  request: ReceivedRequest,
  findKey: (signature: ClaimedSignature) => Promise<PublicJwk | null>,
): Promise<Verified | Refused> {
  const read = isCavage(request.headers) ? readCavage(request.headers) : readSignature(request.headers);
  if (!read.ok) return read;
  const refused = checkClaims(request, read.signature);
  if (refused) return refused;
  const jwk = await findKey(read.signature);
  return jwk ? checkSignature(request, read.signature, jwk) : refuse("key-unknown");
}

/** All that can be told without a key: coverage, freshness, length and digest. */
function checkClaims(request: ReceivedRequest, signature: ClaimedSignature): Refused | null {
  const { past, future } = request.window ?? SIGNATURE_WINDOW;
  const { created, expires } = signature;
  const now = request.now.getTime() / 1000;
  if (signature.scheme === "rfc9421" && !REQUIRED.every((name) => signature.components.includes(name)))
    return refuse("component-missing");
  if (created < now - past) return refuse("created-stale");
  if (created > now + future) return refuse("created-future");
  if (expires !== null && !(expires >= now - future)) return refuse("expired");
  return checkBody(request, signature.scheme);
}

function checkBody({ headers, body }: ReceivedRequest, scheme: ClaimedSignature["scheme"]): Refused | null {
  const length = fieldValue(headers, "content-length");
  const digest = fieldValue(headers, scheme === "rfc9421" ? "content-digest" : "digest");
  if (length === null || digest === null) return refuse("component-missing");
  if (length !== String(body.byteLength)) return refuse("length-mismatch");
  const matches = scheme === "rfc9421" ? digestMatches(digest, body) : oldDigestMatches(digest, body);
  return matches ? null : refuse("digest-mismatch");
}

function checkSignature(request: ReceivedRequest, signature: ClaimedSignature, jwk: PublicJwk): Verified | Refused {
  const { keyid, provider, created } = signature;
  if (signature.scheme === "rfc9421") return checkNewest(request, signature, jwk);
  const replayKey = checkCavage(request, signature, jwk);
  if (typeof replayKey !== "string") return replayKey;
  return { ok: true, keyid, algorithm: signature.algorithm, provider, created, nonce: null, replayKey };
}

function checkNewest(request: ReceivedRequest, signature: OcmSignature, jwk: PublicJwk): Verified | Refused {
  const algorithm = algorithmOf(jwk);
  const key = publicKeyOf(jwk);
  if (!algorithm || !key) return refuse("algorithm-unsupported");
  if (signature.alg !== null && signature.alg !== algorithm) return refuse("algorithm-mismatch");

  const base = signatureBase(request, signature.covered);
  if (!base) return refuse("component-missing");
  if (!verifyBytes(algorithm, key, base, signature.value)) return refuse("signature-wrong");
  const { keyid, provider, created, nonce } = signature;
  const replayKey = nonce === null ? `sha256:${createHash("sha256").update(base).digest("base64")}` : `nonce:${nonce}`;
  return { ok: true, keyid, algorithm, provider, created, nonce, replayKey };
}
