import { db } from "@/lib/core/db";
import { unauthenticated } from "@/lib/core/errors";
import type { Verified } from "@/lib/protocol/httpsig/verify";
import { findOwnHost } from "@/lib/sites/own-listener";
import type { Site } from "@/lib/sites/sites";
import { showsNewerKeys } from "@/lib/trust/counting-keys";
import { isRecent } from "@/lib/trust/internal/fetching";
import { getProviderRecord, type ProviderRecord, requireAllowed } from "@/lib/trust/provider-record";

/**
 * Lets pass what nobody signed, in the name of a cloud whose unsigned messages an administrator takes, as long as that
 * cloud has not signed since; where they are taken of any cloud, not in the name of one that is known to be able to.
 *
 * @throws PROVIDER_NOT_TRUSTED (403), SIGNATURE_INVALID (401)
 */
export async function requireUnsignedTaken(siteId: string, provider: string): Promise<ProviderRecord> {
  const record = await getProviderRecord(siteId, provider);
  requireAllowed(record);
  if (findOwnHost(provider)) throw refused("of-this-installation"); // its sites all sign
  if (!record.acceptsUnsigned) throw refused("signature-missing");
  if (record.signedAt) throw refused("signed-before");
  if (!record.isUnsignedChosen && showsKeys(record)) throw refused("signs-by-its-document");
  return record;
}

/** Whether a cloud shows by what it says of itself that it can sign. */
export const showsKeys = ({ discovery, keys }: Pick<ProviderRecord, "discovery" | "keys">) =>
  showsNewerKeys({ discovery, keys }) || Boolean(discovery?.ownKey);

/** Whether a site takes unsigned messages of any cloud at all. */
export async function takesUnsigned({ id: siteId, requiresSignature }: Site): Promise<boolean> {
  const where = { siteId, acceptsUnsigned: true, signedAt: null };
  return !requiresSignature || (await db().provider.count({ where, take: 1 })) > 0;
}

type Known = Pick<ProviderRecord, "signedAt" | "heardAt" | "heardKeyid" | "heardAlgorithm">;

/**
 * To be called when a signature held: what is not signed is refused from now on. When and how it was is written down
 * at most once a minute for each key.
 */
export async function noteSigned(
  siteId: string,
  provider: string,
  { signedAt, heardAt, heardKeyid, heardAlgorithm }: Known,
  { keyid, algorithm }: Pick<Verified, "keyid" | "algorithm">,
): Promise<void> {
  const isSame = keyid === heardKeyid && algorithm === heardAlgorithm;
  if (signedAt && isSame && isRecent(heardAt, 60)) return;
  const now = new Date();
  const heard = { heardAt: now, heardKeyid: keyid, heardAlgorithm: algorithm };
  await db().provider.updateMany({
    where: { siteId, provider },
    data: { ...heard, ...(!signedAt && { signedAt: now }) },
  });
}

const refused = (cause: string) =>
  unauthenticated("SIGNATURE_INVALID", "The request is not signed as it must be.", { cause });
