import { db } from "@/lib/core/db";
import { isAppError, peerFailed } from "@/lib/core/errors";
import { enqueue } from "@/lib/jobs/enqueue";
import { type PublicJwk, parseJwks, thumbprint } from "@/lib/protocol/httpsig/jwk";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { getClaimedRecord, noteFindings } from "@/lib/trust/claimed-providers";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { fetchJson, originOfProvider } from "@/lib/trust/guarded-client";
import {
  FRESH_FOR_SECONDS,
  isRecent,
  refreshBehind,
  singleFlight,
  USABLE_FOR_SECONDS,
} from "@/lib/trust/internal/fetching";
import { noteFailure } from "@/lib/trust/provider-health";
import type { ProviderRecord } from "@/lib/trust/provider-record";

/**
 * The public keys of another cloud: those that its discovered document points to, never what a request says.
 * From the cache if at most an hour old, else asked anew, once at a time. None, if it has only the one in the document.
 *
 * @throws what `discoverProvider` throws; PEER_KEYS_UNAVAILABLE (502)
 */
export async function keysOfProvider(siteId: string, provider: string, { fresh = false } = {}): Promise<PublicJwk[]> {
  const name = `keys ${fresh} ${siteId} ${provider}`;
  return singleFlight(name, async () => {
    const known = fresh ? null : recentKeys(await getClaimedRecord(siteId, provider));
    return known ?? fetchKeys(siteId, provider);
  });
}

type Known = Pick<ProviderRecord, "keys" | "keysFetchedAt">;

/** The keys in a record at hand, if they are at most a day old; those older than an hour are asked for anew behind. */
export function usableKeys(siteId: string, provider: string, known: Known): PublicJwk[] | null {
  const keys = recentKeys(known, USABLE_FOR_SECONDS);
  if (keys && !recentKeys(known)) refreshBehind(`keys ${siteId} ${provider}`, () => keysOfProvider(siteId, provider));
  return keys;
}

/** The keys in a record at hand, if they are recent enough. */
export function recentKeys({ keys, keysFetchedAt }: Known, seconds = FRESH_FOR_SECONDS): PublicJwk[] | null {
  return isRecent(keysFetchedAt, seconds) ? keys : null;
}

async function fetchKeys(siteId: string, provider: string): Promise<PublicJwk[]> {
  // Not from where they were yesterday: a cloud may have moved its keys, and the former ones with that.
  const told = await discoverProvider(siteId, provider, { recent: true, byStranger: true });
  const keys = await askForKeys(siteId, provider, told).catch(async (error) => {
    if (isAppError(error)) await noteFailure(siteId, provider, error.message);
    throw error;
  });
  const { keys: before } = await getClaimedRecord(siteId, provider);
  await noteFindings(siteId, provider, { keys, keysFetchedAt: new Date() });
  const printsOf = (some: PublicJwk[]) => some.map(thumbprint).sort().join();
  // Whoever compared words under the former ones is told.
  if (before && printsOf(before) !== printsOf(keys)) await enqueue(db(), "check-verified", { siteId, provider });
  return keys;
}

async function askForKeys(siteId: string, provider: string, { jwksUri, ownKey }: DiscoveredProvider) {
  const url = new URL(jwksUri ?? "/.well-known/jwks.json", originOfProvider(provider));
  const { status, json } = await fetchJson(siteId, url);
  if (status === 200) return parseJwks(json);
  const hasOneInDocument = !jwksUri && ownKey;
  if (!hasOneInDocument) throw peerFailed("PEER_KEYS_UNAVAILABLE", "That cloud does not tell its keys.");
  return [];
}
