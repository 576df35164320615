import { db } from "@/lib/core/db";
import { unauthenticated } from "@/lib/core/errors";
import { getProviderRecord, type ProviderRecord, requireAllowed } from "@/lib/trust/provider-record";

/**
 * Lets pass what nobody signed, in the name of a cloud whose unsigned messages an administrator takes, as long as that
 * cloud has not signed since.
 *
 * @throws PROVIDER_NOT_TRUSTED (403), SIGNATURE_INVALID (401)
 */
export async function requireUnsignedTaken(siteId: string, provider: string): Promise<ProviderRecord> {
  const record = await getProviderRecord(siteId, provider);
  requireAllowed(record);
  if (!record.acceptsUnsigned) throw refused("signature-missing");
  if (record.signedAt) throw refused("signed-before");
  return record;
}

/** The clouds of a site whose unsigned messages are taken, because they have not signed since. */
export async function unsignedProviders(siteId: string): Promise<string[]> {
  const rows = await db().provider.findMany({
    where: { siteId, acceptsUnsigned: true, signedAt: null },
    select: { provider: true },
  });
  return rows.map(({ provider }) => provider);
}

/** To be called when a signature held: what is not signed is refused from now on. */
export async function noteSigned(siteId: string, provider: string, { signedAt }: ProviderRecord): Promise<void> {
  if (signedAt) return;
  await db().provider.updateMany({ where: { siteId, provider, signedAt: null }, data: { signedAt: new Date() } });
}

const refused = (cause: string) =>
  unauthenticated("SIGNATURE_INVALID", "The request is not signed as it must be.", { cause });
