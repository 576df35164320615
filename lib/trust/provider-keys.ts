import { db } from "@/lib/core/db";
import { peerFailed } from "@/lib/core/errors";
import { enqueue } from "@/lib/jobs/enqueue";
import { type PublicJwk, parseJwks, thumbprint } from "@/lib/protocol/httpsig/jwk";
import { getClaimedRecord, noteFindings } from "@/lib/trust/claimed-providers";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { fetchJson, originOfProvider } from "@/lib/trust/guarded-client";
import { isRecent, singleFlight } from "@/lib/trust/internal/fetching";
import type { ProviderRecord } from "@/lib/trust/provider-record";

const FRESH_FOR_SECONDS = 3600;

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

/** The keys in a record at hand, if they are recent enough. */
export function recentKeys(
  { keys, keysFetchedAt }: Pick<ProviderRecord, "keys" | "keysFetchedAt">,
  seconds = FRESH_FOR_SECONDS,
): PublicJwk[] | null {
  return isRecent(keysFetchedAt, seconds) ? keys : null;
}

async function fetchKeys(siteId: string, provider: string): Promise<PublicJwk[]> {
  const { jwksUri, ownKey } = await discoverProvider(siteId, provider, { byStranger: true });
  const url = new URL(jwksUri ?? "/.well-known/jwks.json", originOfProvider(provider));
  const { status, json } = await fetchJson(siteId, url);
  const hasOneInDocument = !jwksUri && ownKey;
  if (status !== 200 && !hasOneInDocument)
    throw peerFailed("PEER_KEYS_UNAVAILABLE", "That cloud does not tell its keys.");

  const keys = status === 200 ? parseJwks(json) : [];
  const { keys: before } = await getClaimedRecord(siteId, provider);
  await noteFindings(siteId, provider, { keys, keysFetchedAt: new Date() });
  const printsOf = (some: PublicJwk[]) => some.map(thumbprint).sort().join();
  // Whoever compared words under the former ones is told.
  if (before && printsOf(before) !== printsOf(keys)) await enqueue(db(), "check-verified", { siteId, provider });
  return keys;
}
