import { randomBytes } from "node:crypto";
import { isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { signCavage } from "@/lib/protocol/httpsig/cavage";
import { signRequest } from "@/lib/protocol/httpsig/sign";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { requireSameAuthority } from "@/lib/protocol/safe-fetch/authority";
import { olderKeyId, olderSigningKey, signingKey } from "@/lib/sites/keys";
import { type Dialect, dialectOf } from "@/lib/trust/dialects/dialect";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { guardedClient, readJson } from "@/lib/trust/guarded-client";
import { noteFailure, noteReached } from "@/lib/trust/provider-health";
import { getProviderRecord, requireAllowed } from "@/lib/trust/provider-record";

/** Who calls. */
export type CallingSite = { id: string; provider: string; origin: string };

type Json = Record<string, unknown>;

export type PeerCall = {
  /** Below the `endPoint` that the peer's discovery names (`/shares`), or a whole address on its authority. */
  to: string;
  /** The body: one of the two. JSON may depend on what the peer says of itself. */
  json?: Json | ((peer: DiscoveredProvider) => Json | Promise<Json>);
  form?: Record<string, string>;
};

export type PeerAnswer = {
  status: number;
  /** Undefined when the body is no JSON. */
  json: unknown;
  /** Seconds. */
  retryAfter: number | null;
};

const TIMEOUT_MS = 10_000;
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
  const peer = await discoverProvider(site.id, provider);
  const address = call.to.startsWith("/") ? peer.endPoint + call.to : call.to;
  const url = requireSameAuthority(address, provider, { allowHttp: guardedClient().allowsHttp(provider) });
  const body = await bodyOf(call, peer); // what fails here says nothing of the peer
  try {
    const answer = await post(site, url, body, dialectOf(peer));
    if (answer.status < 500) await noteReached(site.id, provider, record);
    else await noteFailure(site.id, provider, `It answered with an error (${answer.status}).`);
    return answer;
  } catch (error) {
    if (!isAppError(error)) throw error;
    await noteFailure(site.id, provider, error.message);
    logger("delivery").warn({ siteId: site.id, provider, path: url.pathname, reason: error.code }, "call failed");
    throw error;
  }
}

type Body = { type: string; body: Buffer };

async function bodyOf({ json, form }: PeerCall, peer: DiscoveredProvider): Promise<Body> {
  if (form) return { type: "application/x-www-form-urlencoded", body: Buffer.from(`${new URLSearchParams(form)}`) };
  const message = typeof json === "function" ? await json(peer) : json;
  return { type: "application/json", body: Buffer.from(JSON.stringify(message)) };
}

async function post(site: CallingSite, url: URL, { type, body }: Body, dialect: Dialect): Promise<PeerAnswer> {
  const headers = { accept: "application/json", "content-type": type, date: new Date().toUTCString() };
  const signature = await SIGN[dialect.signature](site, { method: "POST", url: url.href, headers, body });
  const answer = await guardedClient().request(url, {
    method: "POST",
    headers: { ...headers, ...signature },
    body,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
  });
  const retryAfter = Number.parseInt(String(answer.headers["retry-after"] ?? ""), 10);
  return { status: answer.status, json: readJson(answer.body), retryAfter: retryAfter > 0 ? retryAfter : null };
}

type Unsigned = { method: string; url: string; headers: { date: string }; body: Buffer };

async function signed(site: CallingSite, request: Unsigned) {
  const { kid, privateKey } = await signingKey(site.id);
  const created = Math.floor(Date.parse(request.headers.date) / 1000);
  const nonce = randomBytes(16).toString("base64url");
  return signRequest({ ...request, privateKey, keyid: `${site.provider}#${kid}`, created, nonce });
}

/** After the older draft. */
async function signedAsBefore(site: CallingSite, { headers: { date }, ...request }: Unsigned) {
  const { privateKey } = await olderSigningKey(site.id);
  return signCavage({ ...request, date, privateKey, keyid: olderKeyId(site.origin) });
}

const SIGN = { rfc9421: signed, cavage: signedAsBefore, none: async () => ({}) };
