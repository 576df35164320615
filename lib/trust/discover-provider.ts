import { AppError, isAppError, peerFailed } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { DISCOVERY_PATHS, type DiscoveredProvider, parseDiscovery } from "@/lib/protocol/ocm/discovery";
import { addProviderRow, getClaimedRecord, noteFindings } from "@/lib/trust/claimed-providers";
import { fetchJson, guardedClient, originOfProvider } from "@/lib/trust/guarded-client";
import {
  FRESH_FOR_SECONDS,
  isRecent,
  refreshBehind,
  singleFlight,
  USABLE_FOR_SECONDS,
} from "@/lib/trust/internal/fetching";
import { noteFailure } from "@/lib/trust/provider-health";
import { getProviderRecord, type ProviderRecord, spokenToAs } from "@/lib/trust/provider-record";

/** So long is a cloud that failed left alone by strangers, who can name any host in a request. */
const FAILED_FOR_SECONDS = 20;
const FINAL = ["PEER_ADDRESS_REFUSED", "PEER_UNREACHABLE", "PEER_TIMEOUT", "PEER_CERTIFICATE_INVALID"];

type Asking = { fresh?: boolean; byStranger?: boolean; recent?: boolean };

/**
 * What another cloud says of itself: as it is known, if that is at most a day old (with `recent` an hour), else
 * asked anew, once at a time. What is older than an hour is asked anew behind. `fresh` asks in any case. When a stranger
 * named it (`byStranger`), a cloud that failed just now is not asked, and one that answers gets no row by that.
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
  const known = fresh ? null : knownAt(await get(siteId, provider), recent ? FRESH_FOR_SECONDS : USABLE_FOR_SECONDS);
  if (known && !isRecent(known.discoveredAt, FRESH_FOR_SECONDS)) discoverBehind(siteId, provider);
  if (known) return known.discovery;

  const failure = byStranger ? recentFailure(siteId, provider) : null;
  if (failure) throw failure;
  const keep = byStranger ? noteFindings : addProviderRow;
  const discover = async () => {
    const record = await get(siteId, provider);
    const landed = fresh ? null : knownAt(record, FRESH_FOR_SECONDS);
    return landed?.discovery ?? spokenToAs(await discoverNow(siteId, provider, keep), record);
  };
  // The look into the cache belongs to the flight: who looks just before it lands must not start another.
  return fresh ? discover() : singleFlight(`discovery ${byStranger} ${siteId} ${provider}`, discover);
}

function knownAt({ discovery, discoveredAt }: ProviderRecord, seconds: number) {
  return discovery && isRecent(discoveredAt, seconds) ? { discovery, discoveredAt } : null;
}

/** As for a stranger, so that a row which an administrator removes meanwhile does not come back. */
function discoverBehind(siteId: string, provider: string): void {
  const discover = () => discoverProvider(siteId, provider, { recent: true, byStranger: true });
  refreshBehind(`discovery ${siteId} ${provider}`, discover);
}

async function discoverNow(siteId: string, provider: string, keep: typeof noteFindings): Promise<DiscoveredProvider> {
  try {
    const discovery = await fetchDiscovery(siteId, provider);
    failures().delete(`${siteId} ${provider}`);
    await keep(siteId, provider, { discovery, discoveredAt: new Date() });
    logger("trust").info({ siteId, provider, apiVersion: discovery.apiVersion }, "provider discovered");
    return discovery;
  } catch (error) {
    if (!isAppError(error)) throw error;
    rememberFailure(siteId, provider, error);
    await noteFailure(siteId, provider, error.message);
    logger("trust").warn({ siteId, provider, reason: error.code }, "discovery failed");
    throw error;
  }
}

/** Tries the paths in turn. A redirect means the next one; a dead host is final: the others are there too. */
async function fetchDiscovery(siteId: string, provider: string): Promise<DiscoveredProvider> {
  const allowHttp = guardedClient().allowsHttp(provider);
  let failure: unknown = peerFailed("DISCOVERY_INVALID", "That cloud does not describe itself.");
  for (const path of DISCOVERY_PATHS) {
    try {
      const { status, json } = await fetchJson(siteId, new URL(path, originOfProvider(provider)));
      if (status === 200 && json !== undefined) return parseDiscovery(provider, json, { allowHttp });
    } catch (error) {
      if (!isAppError(error) || FINAL.includes(error.code)) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** Without the stack and the cause, of which there would be many. */
type Failure = Pick<AppError, "status" | "code" | "message"> & { at: Date };
const failures = () => once("discoveryFailures", () => new Map<string, Failure>());

function recentFailure(siteId: string, provider: string): AppError | null {
  const failure = failures().get(`${siteId} ${provider}`);
  if (!failure || !isRecent(failure.at, FAILED_FOR_SECONDS)) return null;
  return new AppError(failure.status, failure.code, failure.message);
}

function rememberFailure(siteId: string, provider: string, { status, code, message }: AppError): void {
  // Bounded, because any stranger can make one; what falls out is merely asked again.
  if (failures().size >= 10_000) failures().clear();
  failures().set(`${siteId} ${provider}`, { at: new Date(), status, code, message });
}
