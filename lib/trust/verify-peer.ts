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
import { discoverProvider, refreshDocument } from "@/lib/trust/discover-provider";
import { USABLE_FOR_SECONDS } from "@/lib/trust/internal/fetching";
import { keysOfProvider, recentKeys, refreshKeys } from "@/lib/trust/provider-keys";
import { type ProviderRecord, requireAllowed } from "@/lib/trust/provider-record";
import { noteSigned } from "@/lib/trust/unsigned";

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
  const found: { record?: ProviderRecord; refresh?: typeof refreshKeys | typeof refreshDocument } = {};
  const findKey = (fresh: boolean) => async (signature: ClaimedSignature) => {
    // Nobody but us signs in our name, and we do not write to ourselves.
    if (signature.provider === site.provider) throw refused("signed-as-ourselves");
    found.record = await getClaimedRecord(site.id, signature.provider);
    requireAllowed(found.record); // before that cloud is asked anything
    found.refresh = signature.scheme === "cavage" ? refreshDocument : refreshKeys;
    if (signature.scheme === "cavage") return olderKey(site.id, signature.provider, found.record, fresh);
    return selectKey(await newerKeys(site.id, signature.provider, found.record, fresh), signature.keyid);
  };
  const byKnown = await verifyRequest(request, findKey(false));
  // The signer may have a new key since we last asked, even under an old name.
  const mayBeNew = !byKnown.ok && PASSING.includes(byKnown.reason);
  const verified = mayBeNew ? await verifyRequest(request, findKey(true)) : byKnown;
  if (!verified.ok) throw refused(verified.reason);
  if (!found.record) throw new Error("A signature was verified without a key.");
  await addProvenProvider(site.id, verified.provider);
  await noteSigned(site.id, verified.provider, found.record, verified);
  // Only now, so that no stranger has that cloud asked.
  if (byKnown.ok) found.refresh?.(site.id, verified.provider, found.record);
  return { ...verified, record: found.record };
}

async function newerKeys(siteId: string, provider: string, record: ProviderRecord, fresh: boolean) {
  const known = fresh ? null : recentKeys(record, USABLE_FOR_SECONDS);
  return known ?? reached(keysOfProvider(siteId, provider, { fresh, byStranger: true }));
}

/** The key of signatures after the older draft, which stands in the discovered document itself. */
async function olderKey(siteId: string, provider: string, record: ProviderRecord, fresh: boolean) {
  const discovery = await reached(discoverProvider(siteId, provider, { fresh, byStranger: true }));
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
