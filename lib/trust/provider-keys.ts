import { db } from "@/lib/core/db";
import { isAppError, peerFailed } from "@/lib/core/errors";
import { enqueue } from "@/lib/jobs/enqueue";
import { isJwks, type PublicJwk, parseJwks, thumbprint } from "@/lib/protocol/httpsig/jwk";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { dropOldFindings, getClaimedRecord, noteFindings } from "@/lib/trust/claimed-providers";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { fetchJson, originOfProvider } from "@/lib/trust/guarded-client";
import { causeOf, isAnswer, rememberFailure, requireNotFailed } from "@/lib/trust/internal/failures";
import {
  ASKED_JUST_NOW_SECONDS,
  FRESH_FOR_SECONDS,
  isRecent,
  isStale,
  refreshBehind,
  singleFlight,
} from "@/lib/trust/internal/fetching";
import { noteFailure } from "@/lib/trust/provider-health";
import type { ProviderRecord } from "@/lib/trust/provider-record";

/**
 * The public keys of another cloud: those that its discovered document points to, never what a request says.
 * From the cache if at most an hour old, else asked anew, once at a time. None, if it has only the one in the document.
 * `fresh` asks in any case, in the name of a stranger (`byStranger`) if they are not quite new; for him a cloud whose keys
 * could not be had just now is not asked.
 *
 * @throws what `discoverProvider` throws; PEER_KEYS_UNAVAILABLE (502)
 */
export async function keysOfProvider(
  siteId: string,
  provider: string,
  { fresh = false, byStranger = false } = {},
): Promise<PublicJwk[]> {
  if (byStranger) requireNotFailed(`keys ${siteId} ${provider}`);
  const usual = fresh ? 0 : FRESH_FOR_SECONDS;
  const seconds = fresh && byStranger ? ASKED_JUST_NOW_SECONDS : usual;
  return singleFlight(`keys ${seconds} ${siteId} ${provider}`, async () => {
    const known = recentKeys(await getClaimedRecord(siteId, provider), seconds);
    return known ?? fetchKeys(siteId, provider);
  });
}

type Known = Pick<ProviderRecord, "keys" | "keysFetchedAt">;

/** Asks for keys behind if those at hand are to be asked for anew. */
export function refreshKeys(siteId: string, provider: string, { keysFetchedAt }: Known): void {
  if (isStale(keysFetchedAt)) refreshBehind(`keys ${siteId} ${provider}`, () => keysOfProvider(siteId, provider));
}

/** The keys in a record at hand, if they are recent enough. */
export function recentKeys({ keys, keysFetchedAt }: Known, seconds = FRESH_FOR_SECONDS): PublicJwk[] | null {
  return isRecent(keysFetchedAt, seconds) ? keys : null;
}

async function fetchKeys(siteId: string, provider: string): Promise<PublicJwk[]> {
  // Not from where they were yesterday: a cloud may have moved its keys, and the former ones with that.
  const told = await discoverProvider(siteId, provider, { recent: true, byStranger: true });
  const { keys: before } = await getClaimedRecord(siteId, provider);
  const name = `keys ${siteId} ${provider}`;
  const keysFetchedAt = new Date();
  const keys = await askForKeys(siteId, provider, told).catch(async (error) => {
    if (!isAppError(error)) throw error;
    rememberFailure(name, error);
    if (isAnswer(error)) await dropOldFindings(siteId, provider);
    // A cloud that never showed any does not fail by that, whoever signs in its name.
    if (told.jwksUri || before?.length) await noteFailure(siteId, provider, error.message);
    throw error;
  });
  rememberFailure(name, null);
  await noteFindings(siteId, provider, { keys, keysFetchedAt });
  const printsOf = (some: PublicJwk[]) => some.map(thumbprint).sort().join();
  // Whoever compared words under the former ones is told.
  if (before && printsOf(before) !== printsOf(keys)) await enqueue(db(), "check-verified", { siteId, provider });
  return keys;
}

async function askForKeys(siteId: string, provider: string, { jwksUri, ownKey }: DiscoveredProvider) {
  const url = new URL(jwksUri ?? "/.well-known/jwks.json", originOfProvider(provider));
  const { status, json } = await fetchJson(siteId, url);
  if (status === 200 && isJwks(json)) return parseJwks(json);
  const hasOneInDocument = !jwksUri && ownKey;
  if (!hasOneInDocument) {
    throw peerFailed("PEER_KEYS_UNAVAILABLE", "That cloud does not tell its keys.", causeOf(status));
  }
  return [];
}
