import { hasCode, isAppError } from "@/lib/core/errors";
import { findBreaker } from "@/lib/delivery/breaker";
import { callProvider } from "@/lib/delivery/call-provider";
import type { SearchQuery } from "@/lib/files/schema";
import { limit } from "@/lib/limits/limit";
import { accessTokenOf } from "@/lib/sharing/received/access";
import { failureOf, peerLate, peerNotUnderstood } from "@/lib/sharing/received/remote/failures";
import { inTime } from "@/lib/sharing/received/remote/peer-folder";
import { type FoundInShare, MOST_SHARES, ShareSearchResponse } from "@/lib/sharing/search/messages";
import { getSite } from "@/lib/sites/sites";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { SHARE_SEARCH } from "@/lib/trust/site-discovery";
import type { ReceivedShare } from "@/prisma/generated/client";

/** So long a person waits for what another cloud finds, whatever must be fetched before. */
const PATIENCE_MS = 6_000;

/** By the id of the received share; one that is not in it was not searched. */
export type FoundThere = Map<string, { items: FoundInShare[]; isMore: boolean }>;

/**
 * Has another cloud search shares that come from it, in one request for all of them; null if it does not know how, or no token
 * opens any of them: no secret is shown for this.
 *
 * @throws PROVIDER_NOT_TRUSTED, PEER_TIMEOUT, PEER_BUSY and whatever else is in the way, in a sentence for people
 */
export async function askSearch(
  siteId: string,
  provider: string,
  shares: ReceivedShare[],
  query: SearchQuery,
): Promise<FoundThere | null> {
  if (shares.some(({ failure }) => failure !== null)) {
    const breaker = await findBreaker(siteId, provider);
    if (breaker?.openUntil && breaker.openUntil > new Date()) throw peerLate(provider);
  }
  return inTime(provider, PATIENCE_MS, askNow(siteId, provider, shares, query)).catch((error) => {
    throw hasCode(error, "PEER_TIMEOUT") ? peerLate(provider, error) : error;
  });
}

async function askNow(siteId: string, provider: string, shares: ReceivedShare[], query: SearchQuery) {
  const { capabilities } = await discoverProvider(siteId, provider);
  if (!capabilities.includes(SHARE_SEARCH)) return null;
  const opened = await Promise.all(shares.slice(0, MOST_SHARES).map(open));
  const asked = opened.filter((share) => share !== null);
  if (asked.length === 0) return null;
  const { q, kind, from, until } = query;
  // Over there all that comes from here is counted together: what is typed must not use up what messages need.
  await limit({ siteId, key: `search-shares:to:${provider}`, max: 100, seconds: 60 });
  const json = { shares: asked.map(({ id: _, ...share }) => share), q, kind, from, until };
  const call = { to: "/search-shares", json, timeoutMs: PATIENCE_MS };
  const answer = await callProvider(await getSite(siteId), provider, call);
  if (answer.status !== 200) throw failureOf({ status: answer.status }, provider, "GET");
  const told = ShareSearchResponse.safeParse(answer.json);
  if (!told.success) throw peerNotUnderstood(provider, told.error);
  const idOf = new Map(asked.map(({ id, providerId }) => [providerId, id]));
  return new Map(
    told.data.results.flatMap(({ providerId, ...found }) => {
      const id = idOf.get(providerId);
      return id ? [[id, found] as const] : [];
    }),
  );
}

/** With the token that opens it there; null if that cannot be had, which is no reason to go without the others. */
async function open({ siteId, id, providerId }: ReceivedShare) {
  try {
    const accessToken = await accessTokenOf(siteId, id);
    return accessToken === null ? null : { id, providerId, accessToken };
  } catch (error) {
    if (isAppError(error)) return null;
    throw error;
  }
}
