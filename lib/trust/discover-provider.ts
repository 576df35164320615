import { hasCode, isAppError, peerFailed } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { DISCOVERY_PATHS, type DiscoveredProvider, parseDiscovery } from "@/lib/protocol/ocm/discovery";
import { addProviderRow, dropOldFindings, getClaimedRecord, noteFindings } from "@/lib/trust/claimed-providers";
import { fetchJson, guardedClient, originOfProvider } from "@/lib/trust/guarded-client";
import {
  causeOf,
  isAnswer,
  isSilence,
  isUnwell,
  rememberFailure,
  requireNotFailed,
} from "@/lib/trust/internal/failures";
import {
  ASKED_JUST_NOW_SECONDS,
  FRESH_FOR_SECONDS,
  isRecent,
  isStale,
  refreshBehind,
  singleFlight,
  USABLE_FOR_SECONDS,
} from "@/lib/trust/internal/fetching";
import { noteFailure } from "@/lib/trust/provider-health";
import { getProviderRecord, type ProviderRecord, spokenToAs } from "@/lib/trust/provider-record";

type Asking = { fresh?: boolean; byStranger?: boolean; recent?: boolean };

/**
 * What another cloud says of itself: as it is known, if that is at most a day old (with `recent` an hour), else
 * asked anew, once at a time. What is older than an hour is asked anew behind. `fresh` asks in any case. When a stranger
 * named it (`byStranger`), nothing is asked behind, nor a cloud that answered or failed just now, and one that answers
 * gets no row.
 *
 * @throws DISCOVERY_INVALID, PROVIDER_DISABLED, PEER_AUTHORITY_REFUSED, and what the guarded client throws (502)
 * @see OCM, "OCM API Discovery"
 */
export async function discoverProvider(
  siteId: string,
  provider: string,
  { fresh = false, byStranger = false, recent = false }: Asking = {},
): Promise<DiscoveredProvider> {
  const get = byStranger ? getClaimedRecord : getProviderRecord;
  const usual = recent ? FRESH_FOR_SECONDS : USABLE_FOR_SECONDS;
  const seconds = fresh ? (byStranger ? ASKED_JUST_NOW_SECONDS : 0) : usual;
  const known = knownAt(await get(siteId, provider), seconds);
  if (known && !byStranger) refreshDocument(siteId, provider, known);
  if (known) return known.discovery;

  if (byStranger) requireNotFailed(`discovery ${siteId} ${provider}`);
  const keep = byStranger ? noteFindings : addProviderRow;
  const discover = async () => {
    const record = await get(siteId, provider);
    const landed = knownAt(record, Math.min(seconds, FRESH_FOR_SECONDS));
    return landed?.discovery ?? spokenToAs(await discoverNow(siteId, provider, keep), record);
  };
  // The look into the cache belongs to the flight: who looks just before it lands must not start another.
  return seconds === 0 ? discover() : singleFlight(`discovery ${fresh} ${byStranger} ${siteId} ${provider}`, discover);
}

function knownAt({ discovery, discoveredAt }: ProviderRecord, seconds: number) {
  return discovery && isRecent(discoveredAt, seconds) ? { discovery, discoveredAt } : null;
}

/** Asks for a document behind if the one at hand is to be asked for anew. */
export function refreshDocument(siteId: string, provider: string, known: Pick<ProviderRecord, "discoveredAt">): void {
  if (!isStale(known.discoveredAt)) return;
  // As for a stranger, so that a row which an administrator removes meanwhile does not come back.
  const discover = () => discoverProvider(siteId, provider, { recent: true, byStranger: true });
  refreshBehind(`discovery ${siteId} ${provider}`, discover);
}

async function discoverNow(siteId: string, provider: string, keep: typeof noteFindings): Promise<DiscoveredProvider> {
  const name = `discovery ${siteId} ${provider}`;
  const discoveredAt = new Date();
  try {
    const discovery = await fetchDiscovery(siteId, provider);
    rememberFailure(name, null);
    await keep(siteId, provider, { discovery, discoveredAt });
    logger("trust").info({ siteId, provider, apiVersion: discovery.apiVersion }, "provider discovered");
    return discovery;
  } catch (error) {
    if (!isAppError(error)) throw error;
    rememberFailure(name, error);
    if (isAnswer(error)) await dropOldFindings(siteId, provider);
    await noteFailure(siteId, provider, error.message);
    logger("trust").warn({ siteId, provider, reason: error.code }, "discovery failed");
    throw error;
  }
}

/** Tries the paths in turn. A redirect means the next one; a dead host is final: the others are there too. */
async function fetchDiscovery(siteId: string, provider: string): Promise<DiscoveredProvider> {
  const allowHttp = guardedClient().allowsHttp(provider);
  let failure: unknown;
  let highest = 0;
  for (const path of DISCOVERY_PATHS) {
    try {
      const { status, json } = await fetchJson(siteId, new URL(path, originOfProvider(provider)));
      if (status === 200 && json !== undefined) return parseDiscovery(provider, json, { allowHttp });
      highest = Math.max(highest, status);
    } catch (error) {
      if (!isAppError(error) || isSilence(error)) throw error;
      failure = error;
    }
  }
  // Where one path could not be answered, what is amiss at others says little, but for a clear no.
  if (failure && (!isUnwell(highest) || hasCode(failure, "PROVIDER_DISABLED"))) throw failure;
  throw peerFailed("DISCOVERY_INVALID", "That cloud does not describe itself.", causeOf(highest));
}
