import type { z } from "zod";
import { db } from "@/lib/core/db";
import { AppError, forbidden, invalid, isAppError, unauthenticated } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import type { Proof } from "@/lib/core/proof";
import { expectedError, type Face, retryHeaders } from "@/lib/http/faces";
import { addressOf, type HeaderReader, isFromWithin, siteOfRequest } from "@/lib/http/incoming";
import { limit } from "@/lib/limits/limit";
import { networkOf } from "@/lib/limits/network";
import { parseFormLimited } from "@/lib/protocol/form";
import { parseJsonLimited } from "@/lib/protocol/json";
import type { Site } from "@/lib/sites/sites";
import { noteReached } from "@/lib/trust/provider-health";
import type { ProviderRecord } from "@/lib/trust/provider-record";
import {
  findFirstAnswer,
  type RememberAnswer,
  type RequestIdentity,
  rememberAnswer,
} from "@/lib/trust/seen-signatures";
import { requireUnsignedTaken, takesUnsigned } from "@/lib/trust/unsigned";
import { verifyPeer } from "@/lib/trust/verify-peer";

/** Of a message of another cloud, in bytes. */
export const MAX_BODY = 64 * 1024;
const PER_ADDRESS = { max: 300, seconds: 60 };
const PER_PEER = { max: 600, seconds: 60 };
/** In the name of one cloud from one network: whoever says that he is that cloud cannot use up what it may say. */
const UNSIGNED = { max: 120, seconds: 60 };

/** The Provider that signed a request; or, not verified, the one that it speaks for. */
export type Peer = { provider: string; isVerified: boolean; proof: Proof; record: ProviderRecord };

export type OcmInput<Body> = {
  site: Site;
  peer: Peer;
  body: Body;
  /** To be called in the transaction of the effect, so that the same request has no second one. */
  remember: RememberAnswer;
  request: Request;
  /** Of the client; the name of a site of this installation, which all have the same one. */
  address: string;
};

type Options<Body> = {
  face?: (error: AppError) => Face;
  /** For which Provider a message speaks, where an unsigned one may do so; without it every message must be signed. */
  speaksFor?: (site: Site, body: Body) => string | Promise<string>;
  /** What an unsigned one shows instead. */
  shown?: NonNullable<Proof["shown"]>;
};

/**
 * One handler of the OCM API. Size, limits, signature, replay, policy and schema are seen to before `handle` is called;
 * it still has to hold what the body claims against `peer` (`requireSigner`). Whoever has read the body of the request
 * already hands it over beside it.
 *
 * @see OCM, "Verifying a Signature"
 */
export function ocmRoute<S extends z.ZodType>(
  schema: S,
  handle: (input: OcmInput<z.output<S>>) => Promise<Response>,
  { face = ocmFace, speaksFor, shown = "nothing" }: Options<z.output<S>> = {},
) {
  return async (request: Request, body?: Buffer): Promise<Response> => {
    const url = new URL(request.url);
    const { pathname } = url;
    const seen: { siteId?: string; provider?: string } = {};
    try {
      return await admit({ request, url, body }, { schema, handle, speaksFor, shown }, seen);
    } catch (error) {
      const expected = expectedError(error, { pathname, ...seen });
      const reason = typeof expected.cause === "string" ? expected.cause : expected.code;
      const fact = { pathname, ...seen, status: expected.status, reason, fields: expected.fields };
      logger("http").info(fact, "ocm request refused");
      const { status, headers, body } = face(expected);
      return new Response(body, { status, headers });
    }
  };
}

type Admitted<S extends z.ZodType> = {
  schema: S;
  handle: (input: OcmInput<z.output<S>>) => Promise<Response>;
  speaksFor: Options<z.output<S>>["speaksFor"];
  shown: NonNullable<Proof["shown"]>;
};

async function admit<S extends z.ZodType>(
  { request, url, body: sent }: { request: Request; url: URL; body: Buffer | undefined },
  { schema, handle, speaksFor, shown }: Admitted<S>,
  seen: { siteId?: string; provider?: string },
): Promise<Response> {
  const read: HeaderReader = (name) => request.headers.get(name);
  const site = await siteOfRequest(read);
  seen.siteId = site.id;
  const { id: siteId } = site;
  const address = addressOf(read);
  // Sites of this installation share one: they are told apart by their signatures alone.
  const isWithin = isFromWithin(read);
  if (!isWithin) await limit({ siteId, key: `ocm:address:${networkOf(address)}`, ...PER_ADDRESS });
  // The raw target is not known here, so nothing could be signed about a query.
  if (url.search) throw invalid("QUERY_REFUSED", "An address of the OCM API has no query.");

  const raw = sent ?? (await readBody(request));
  if (raw.length > MAX_BODY) throw tooLarge();
  const { method, headers } = request;
  const message = () => readMessage(schema, raw, headers.get("content-type"));
  const isUnsigned = !headers.has("signature") && !headers.has("signature-input");
  // Where no cloud may do so, what is unsigned is not even read.
  if (speaksFor && isUnsigned && (await takesUnsigned(site))) {
    const body = message();
    const provider = await speaksFor(site, body);
    seen.provider = provider;
    const record = await requireUnsignedTaken(site.id, provider);
    await limit({ siteId, key: `ocm:unsigned:${provider}:${networkOf(address)}`, ...UNSIGNED });
    // Nothing tells an honest repetition from another one: whatever is unsigned must bear being heard twice.
    return handle({
      site,
      peer: { provider, isVerified: false, proof: { signature: "none", shown }, record },
      body,
      remember: async () => {},
      request,
      address,
    });
  }
  const targetUri = site.origin + url.pathname;
  const verified = await verifyPeer(site, { method, targetUri, headers, body: raw, now: new Date() });
  const { provider, record } = verified;
  seen.provider = provider;
  await limit({ siteId, key: `ocm:peer:${provider}`, ...PER_PEER });
  await noteReached(site.id, provider, record);

  const { nonce, replayKey, algorithm, keyid } = verified;
  const identity: RequestIdentity = { siteId: site.id, provider, nonce, replayKey };
  const body = message();
  const peer = { provider, isVerified: true, proof: { signature: algorithm, keyid }, record };
  return answerOnce(identity, (remember) =>
    handle({ site, peer, body, remember, request, address: isWithin ? provider : address }),
  );
}

/**
 * A request that was made before is known by its effect, which cannot be written down twice; or, where it had none,
 * by what it was answered then. So only what does not go well is looked up, unless it has written itself down by then:
 * nobody was before it.
 */
async function answerOnce(identity: RequestIdentity, handle: (remember: RememberAnswer) => Promise<Response>) {
  let isRemembered = false;
  const remember: RememberAnswer = async (tx, answer) => {
    await rememberAnswer(tx, identity, answer);
    isRemembered = true;
  };
  try {
    const response = await handle(remember);
    if (response.ok && !isRemembered) {
      await remember(db(), { status: response.status, body: await response.clone().json() });
    }
    return response;
  } catch (error) {
    const repeated = isAppError(error) && !isRemembered ? await findRepetition(identity) : null;
    if (repeated) return repeated;
    throw error;
  }
}

/**
 * Two honest requests of one second can be equal when they carry no nonce: the second gets the first one's answer.
 * A nonce is used once.
 */
async function findRepetition(identity: RequestIdentity): Promise<Response | null> {
  const first = await findFirstAnswer(identity);
  if (!first) return null;
  if (identity.nonce === null) return Response.json(first.body, { status: first.status });
  throw unauthenticated("SIGNATURE_INVALID", "The request is not signed as it must be.", { cause: "nonce-repeated" });
}

/**
 * Holds a host that the body claims against the one that signed.
 *
 * @throws SIGNER_MISMATCH (403)
 */
export function requireSigner(peer: Peer, claimed: string): void {
  if (claimed === peer.provider) return;
  throw forbidden("SIGNER_MISMATCH", "The request speaks for a cloud that did not sign it.");
}

/** The face of the OCM API: the code for machines, and the fields that do not fit. @see OCM spec.yaml, "400" */
export function ocmFace(error: AppError): Face {
  const validationErrors = (error.fields ?? []).map(({ name, message }) => ({ name, message }));
  return {
    status: error.status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...retryHeaders(error) },
    body: JSON.stringify({ message: error.code, validationErrors }),
  };
}

function readMessage<S extends z.ZodType>(schema: S, raw: Buffer, contentType: string | null): z.output<S> {
  const isForm = contentType?.toLowerCase().startsWith("application/x-www-form-urlencoded");
  const message = isForm
    ? parseFormLimited(raw, { maxBytes: MAX_BODY })
    : parseJsonLimited(raw, { maxBytes: MAX_BODY });
  return schema.parse(message);
}

const tooLarge = () => new AppError(413, "BODY_TOO_LARGE", "The body is too large.");

async function readBody(request: Request): Promise<Buffer> {
  if (Number(request.headers.get("content-length")) > MAX_BODY) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > MAX_BODY) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
