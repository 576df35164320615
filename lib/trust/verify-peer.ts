import { AppError, isAppError, unauthenticated } from "@/lib/core/errors";
import { type PublicJwk, selectKey } from "@/lib/protocol/httpsig/jwk";
import type { ClaimedSignature } from "@/lib/protocol/httpsig/read";
import { type ReceivedRequest, type Verified, verifyRequest } from "@/lib/protocol/httpsig/verify";
import { isRecent } from "@/lib/trust/internal/fetching";
import { keysOfProvider } from "@/lib/trust/provider-keys";
import { getProviderRecord } from "@/lib/trust/provider-record";

/** A cloud whose keys we just fetched is not asked for them again, whatever is signed in its name. */
const REFETCH_AFTER_SECONDS = 30;

type OwnSite = { id: string; provider: string };

/**
 * Who signed this request, checked with the keys that the signer's discovered document points to.
 * A stranger learns only that it was not believed; the reason is the error's cause.
 *
 * @throws SIGNATURE_INVALID (401), PEER_UNVERIFIABLE (503: its discovery fails, so nothing can be said)
 * @see OCM, "Verifying a Signature"
 */
export async function verifyPeer(site: OwnSite, request: ReceivedRequest): Promise<Verified> {
  const verified = await verifyRequest(request, (signature) => findKey(site, signature, {}));
  if (verified.ok) return verified;
  if (verified.reason !== "key-unknown" && verified.reason !== "signature-wrong") throw refused(verified.reason);

  // The signer may have a new key since we last asked, even under an old name.
  const again = await verifyRequest(request, (signature) => findKey(site, signature, { fresh: true }));
  if (again.ok) return again;
  throw refused(again.reason);
}

async function findKey(site: OwnSite, signature: ClaimedSignature, { fresh = false }): Promise<PublicJwk | null> {
  // Nobody but us signs in our name, and we do not write to ourselves.
  if (signature.provider === site.provider) throw refused("signed-as-ourselves");
  if (fresh) {
    const { keysFetchedAt } = await getProviderRecord(site.id, signature.provider);
    if (isRecent(keysFetchedAt, REFETCH_AFTER_SECONDS)) fresh = false;
  }
  try {
    return selectKey(await keysOfProvider(site.id, signature.provider, { fresh }), signature.keyid);
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    const message = "Your server could not be asked for its keys.";
    throw new AppError(503, "PEER_UNVERIFIABLE", message, { cause: cause.code, retryAfter: 60 });
  }
}

function refused(reason: string): AppError {
  return unauthenticated("SIGNATURE_INVALID", "The request is not signed as it must be.", { cause: reason });
}
