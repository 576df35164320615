import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { thumbprint } from "@/lib/protocol/httpsig/jwk";
import { keysThatCount } from "@/lib/trust/counting-keys";
import { getProviderRecord } from "@/lib/trust/provider-record";
import { SeenKey } from "@/lib/trust/schema";

/** A cloud that shows another key each hour must not fill the table. */
const MOST = 20;

/** Writes down with which keys a cloud is checked now; to be called when it was asked for them. */
export async function noteKeys(siteId: string, provider: string): Promise<void> {
  const keys = keysThatCount(await getProviderRecord(siteId, provider)).slice(0, MOST);
  const seen = { siteId, provider };
  for (const key of keys) {
    const fingerprint = thumbprint(key);
    await db().providerKey.upsert({
      where: { siteId_provider_fingerprint: { ...seen, fingerprint } },
      create: { ...seen, fingerprint, kid: key.kid, alg: key.alg ?? key.crv ?? key.kty },
      update: { lastSeenAt: new Date(), kid: key.kid },
    });
  }
  const kept = await db().providerKey.findMany({ where: seen, orderBy: { lastSeenAt: "desc" }, take: MOST });
  const fingerprint = { notIn: kept.map((key) => key.fingerprint) };
  if (kept.length === MOST) await db().providerKey.deleteMany({ where: { ...seen, fingerprint } });
}

/** The keys that a cloud has shown, those that count now first, with when each was seen. */
export async function listSeenKeys({ siteId }: UserPrincipal, provider: string): Promise<SeenKey[]> {
  const current = keysThatCount(await getProviderRecord(siteId, provider)).map(thumbprint);
  const rows = await db().providerKey.findMany({ where: { siteId, provider }, orderBy: { lastSeenAt: "desc" } });
  const keys = rows.map((row) =>
    SeenKey.parse({
      ...row,
      firstSeenAt: row.firstSeenAt.toISOString(),
      lastSeenAt: row.lastSeenAt.toISOString(),
      isCurrent: current.includes(row.fingerprint),
    }),
  );
  return [...keys.filter(({ isCurrent }) => isCurrent), ...keys.filter(({ isCurrent }) => !isCurrent)];
}
