import { randomBytes } from "node:crypto";
import { isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import type { SignatureAlgorithm } from "@/lib/protocol/httpsig/algorithms";
import { signCavage } from "@/lib/protocol/httpsig/cavage";
import { signRequest } from "@/lib/protocol/httpsig/sign";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { requireSameAuthority } from "@/lib/protocol/safe-fetch/authority";
import { olderKeyId, signingKey } from "@/lib/sites/keys";
import type { SiteKeyKind } from "@/lib/sites/schema";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { guardedClient, readJson } from "@/lib/trust/guarded-client";
import { howToSign, noteSignatureTaken } from "@/lib/trust/how-to-sign";
import { noteAnswer, noteFailure, noteReached } from "@/lib/trust/provider-health";
import { getProviderRecord, requireAllowed } from "@/lib/trust/provider-record";
import type { Signature } from "@/lib/trust/schema";

/** Who calls. */
export type CallingSite = { id: string; provider: string; origin: string };

type Json = Record<string, unknown>;
type Form = Record<string, string>;

export type PeerCall = {
  /**
   * Below the `endPoint` that the peer's discovery names (`/shares`), or a whole address on its authority. It may depend
   * on what the peer says of itself, as the JSON may.
   */
  to: string | ((peer: DiscoveredProvider) => string);
  /** The body: one of the two. What is made by a function is made when it is about to leave. */
  json?: Json | ((peer: DiscoveredProvider) => Json | Promise<Json>);
  form?: Form | (() => Promise<Form>);
  /** Errors of the peer that are of this message alone, so that nothing else there need fail; each in words for people. */
  ownErrors?: (peer: DiscoveredProvider) => Record<number, string>;
  /** Less than the usual 10 s. */
  timeoutMs?: number;
};

/** What was answered, whoever did. */
export type Answer = {
  status: number;
  /** Undefined when the body is no JSON. */
  json: unknown;
  /** Seconds. */
  retryAfter: number | null;
};
export type PeerAnswer = Answer & {
  /** Who answered, as that was known when it was asked. */
  peer: DiscoveredProvider;
};

/** What an answer means that is an error and says nothing of how the peer is; undefined: it is no such. */
export const ownErrorOf = ({ ownErrors }: PeerCall, { status, peer }: PeerAnswer): string | undefined =>
  ownErrors?.(peer)[status];

/** So long an answer is waited for. */
export const CALL_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Makes one signed POST to another cloud that the site's rule allows: discovered, only on its own authority, within
 * 10 s. Any answer is returned, whatever its status.
 *
 * @throws PROVIDER_NOT_TRUSTED; what `discoverProvider` throws; PEER_UNREACHABLE, PEER_TIMEOUT and the like (502)
 */
export async function callProvider(site: CallingSite, provider: string, call: PeerCall): Promise<PeerAnswer> {
  const record = await getProviderRecord(site.id, provider);
  requireAllowed(record);
  // What is told at an address of yesterday may be refused there for good.
  const peer = await discoverProvider(site.id, provider, { recent: true });
  const to = typeof call.to === "function" ? call.to(peer) : call.to;
  const address = to.startsWith("/") ? peer.endPoint + to : to;
  const url = requireSameAuthority(address, provider, { allowHttp: guardedClient().allowsHttp(provider) });
  const body = await bodyOf(call, peer); // what fails here says nothing of the peer
  const signature = await howToSign(site.id, provider, peer, record);
  const start = performance.now();
  try {
    const told = await post(site, url, body, { signature, timeoutMs: call.timeoutMs ?? CALL_MS });
    const answer = { ...told, peer };
    if (answer.status < 500) {
      await noteAnswer(site.id, provider, performance.now() - start);
      await noteReached(site.id, provider, record);
      if (isTaken(answer)) await noteSignatureTaken(site.id, provider, signature, record);
    } else if (!ownErrorOf(call, answer))
      await noteFailure(site.id, provider, `It answered with an error (${answer.status}).`);
    return answer;
  } catch (error) {
    if (!isAppError(error)) throw error;
    await noteFailure(site.id, provider, error.message);
    logger("delivery").warn({ siteId: site.id, provider, path: url.pathname, reason: error.code }, "call failed");
    throw error;
  }
}

const isTaken = ({ status }: Answer) => (status >= 200 && status < 300) || status === 409;

type Body = { type: string; body: Buffer };

async function bodyOf({ json, form }: PeerCall, peer: DiscoveredProvider): Promise<Body> {
  if (form) {
    const fields = new URLSearchParams(typeof form === "function" ? await form() : form);
    return { type: "application/x-www-form-urlencoded", body: Buffer.from(`${fields}`) };
  }
  const message = typeof json === "function" ? await json(peer) : json;
  return { type: "application/json", body: Buffer.from(JSON.stringify(message)) };
}

type How = { signature: Signature; timeoutMs: number };

async function post(site: CallingSite, url: URL, { type, body }: Body, { signature, timeoutMs }: How): Promise<Answer> {
  const headers = { accept: "application/json", "content-type": type, date: new Date().toUTCString() };
  const signed = await sign(signature, site, { method: "POST", url: url.href, headers, body });
  const answer = await guardedClient(site.id).request(url, {
    method: "POST",
    headers: { ...headers, ...signed },
    body,
    timeoutMs,
    maxBytes: MAX_ANSWER_BYTES,
  });
  const retryAfter = Number.parseInt(String(answer.headers["retry-after"] ?? ""), 10);
  return { status: answer.status, json: readJson(answer.body), retryAfter: retryAfter > 0 ? retryAfter : null };
}

type Unsigned = { method: string; url: string; headers: { date: string }; body: Buffer };

const ALGORITHMS: Record<SiteKeyKind, SignatureAlgorithm> = {
  ed25519: "ed25519",
  es256: "ecdsa-p256-sha256",
  rsa: "rsa-v1_5-sha256",
};

/** The headers that prove who sends a request. */
async function sign(how: Signature, site: CallingSite, request: Unsigned): Promise<Record<string, string>> {
  if (how === "none") return {};
  if (how === "cavage") return signAsBefore(site, request);
  const { kid, privateKey } = await signingKey(site.id, how);
  const created = Math.floor(Date.parse(request.headers.date) / 1000);
  const nonce = randomBytes(16).toString("base64url");
  return signRequest({
    ...request,
    privateKey,
    keyid: `${site.provider}#${kid}`,
    alg: ALGORITHMS[how],
    created,
    nonce,
  });
}

/** After the older draft. */
async function signAsBefore(site: CallingSite, { headers: { date }, ...request }: Unsigned) {
  const key = await signingKey(site.id, "rsa");
  return signCavage({ ...request, date, privateKey: key.privateKey, keyid: olderKeyId(site.origin, key) });
}
