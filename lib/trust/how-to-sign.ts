import { db } from "@/lib/core/db";
import { isAppError } from "@/lib/core/errors";
import type { PublicJwk } from "@/lib/protocol/httpsig/jwk";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { signatureFor } from "@/lib/trust/dialects/dialect";
import { keysOfProvider, recentKeys } from "@/lib/trust/provider-keys";
import type { ProviderRecord } from "@/lib/trust/provider-record";
import type { Signature } from "@/lib/trust/schema";

type Known = Pick<ProviderRecord, "keys" | "keysFetchedAt">;

/**
 * How what is sent to a discovered cloud is signed. Where its own keys decide that, it is asked for them if they are older
 * than an hour; if they cannot be had, those known before count, or none, which means Ed25519.
 */
export async function howToSign(
  siteId: string,
  provider: string,
  peer: DiscoveredProvider,
  known: Known,
): Promise<Signature> {
  const withoutKeys = signatureFor(peer, []);
  const isDecided = peer.chosenSignature !== undefined || withoutKeys !== "ed25519";
  return isDecided ? withoutKeys : signatureFor(peer, await shownKeys(siteId, provider, peer, known));
}

/** To be called when a cloud took what was signed so: from then on it gets nothing unsigned. */
export async function noteSignatureTaken(
  siteId: string,
  provider: string,
  signature: Signature,
  { lastSignature }: Pick<ProviderRecord, "lastSignature">,
): Promise<void> {
  if (signature === "none" || signature === lastSignature) return;
  await db().provider.updateMany({ where: { siteId, provider }, data: { lastSignature: signature } });
}

async function shownKeys(siteId: string, provider: string, { jwksUri }: DiscoveredProvider, known: Known) {
  const recent: PublicJwk[] | null = jwksUri ? recentKeys(known) : known.keys;
  if (recent || !jwksUri) return recent ?? [];
  try {
    return await keysOfProvider(siteId, provider);
  } catch (error) {
    if (!isAppError(error)) throw error;
    return known.keys ?? [];
  }
}
