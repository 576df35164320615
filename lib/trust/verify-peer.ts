import { AppError, isAppError, unauthenticated } from "@/lib/core/errors";
import { selectKey } from "@/lib/protocol/httpsig/jwk";
import type { SignatureRefusal } from "@/lib/protocol/httpsig/refusals";
import {
  type ClaimedSignature,
  type ReceivedRequest,
  type Verified,
  verifyRequest,
} from "@/lib/protocol/httpsig/verify";
import { addProvenProvider, getClaimedRecord } from "@/lib/trust/claimed-providers";
import { showsNewerKeys } from "@/lib/trust/counting-keys";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { isRecent } from "@/lib/trust/internal/fetching";
import { keysOfProvider, recentKeys, usableKeys } from "@/lib/trust/provider-keys";
import { type ProviderRecord, requireAllowed } from "@/lib/trust/provider-record";
import { noteSigned } from "@/lib/trust/unsigned";

/** A cloud whose keys we just fetched is not asked for them again, whatever is signed in its name. */
const REFETCH_AFTER_SECONDS = 30;
const PASSING: SignatureRefusal[] = ["key-unknown", "signature-wrong"];

export type VerifiedPeer = Verified & { record: ProviderRecord };
type OwnSite = { id: string; provider: string };

/**
 * Who signed this request, checked with the keys that the signer's discovered document points to or holds; with what
 * is known of that cloud. A stranger learns only that it was not believed; the reason is the error's cause.
 *
 * @throws PROVIDER_NOT_TRUSTED (403), SIGNATURE_INVALID (401), PEER_UNVERIFIABLE (503: its discovery fails, so nothing can be said)
 * @see OCM, "Verifying a Signature"
 */
export async function verifyPeer(site: OwnSite, request: ReceivedRequest): Promise<VerifiedPeer> {
  const found: { record?: ProviderRecord } = {};
  const findKey = (fresh: boolean) => async (signature: ClaimedSignature) => {
    // Nobody but us signs in our name, and we do not write to ourselves.
    if (signature.provider === site.provider) throw refused("signed-as-ourselves");
    found.record = await getClaimedRecord(site.id, signature.provider);
    requireAllowed(found.record); // before that cloud is asked anything
    if (signature.scheme === "cavage") return olderKey(site.id, signature.provider, found.record, fresh);
    return selectKey(await newerKeys(site.id, signature.provider, found.record, fresh), signature.keyid);
  };
  let verified = await verifyRequest(request, findKey(false));
  if (!verified.ok && PASSING.includes(verified.reason)) {
    // The signer may have a new key since we last asked, even under an old name.
    verified = await verifyRequest(request, findKey(true));
  }
  if (!verified.ok) throw refused(verified.reason);
  if (!found.record) throw new Error("A signature was verified without a key.");
  await addProvenProvider(site.id, verified.provider);
  await noteSigned(site.id, verified.provider, found.record, verified);
  return { ...verified, record: found.record };
}

async function newerKeys(siteId: string, provider: string, record: ProviderRecord, fresh: boolean) {
  const known = fresh ? recentKeys(record, REFETCH_AFTER_SECONDS) : usableKeys(siteId, provider, record);
  return known ?? reached(keysOfProvider(siteId, provider, { fresh }));
}

/** The key of signatures after the older draft, which stands in the discovered document itself. */
async function olderKey(siteId: string, provider: string, record: ProviderRecord, fresh: boolean) {
  const isFresh = fresh && !isRecent(record.discoveredAt, REFETCH_AFTER_SECONDS);
  const discovery = await reached(discoverProvider(siteId, provider, { fresh: isFresh, byStranger: true }));
  if (showsNewerKeys({ discovery, keys: record.keys })) throw refused("scheme-downgraded");
  return discovery.ownKey ?? null;
}

async function reached<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    const message = "Your server could not be asked for its keys.";
    throw new AppError(503, "PEER_UNVERIFIABLE", message, { cause: cause.code, retryAfter: 60 });
  }
}

function refused(reason: string): AppError {
  return unauthenticated("SIGNATURE_INVALID", "The request is not signed as it must be.", { cause: reason });
}
