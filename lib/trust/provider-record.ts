import { pool } from "@/lib/core/db";
import { forbidden } from "@/lib/core/errors";
import type { PublicJwk } from "@/lib/protocol/httpsig/jwk";
import { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import type { ProviderRule, ProviderStanding } from "@/prisma/generated/client";

/** What a site decided of another cloud, and what it last heard from it. A cloud without a row is unlisted. */
export type ProviderRecord = {
  rule: ProviderRule;
  standing: ProviderStanding;
  acceptsUnsigned: boolean;
  signedAt: Date | null;
  /** What an administrator says about how it is spoken to. */
  dialect: string | null;
  discovery: DiscoveredProvider | null;
  discoveredAt: Date | null;
  keys: PublicJwk[] | null;
  keysFetchedAt: Date | null;
  lastSeenAt: Date | null;
  failure: string | null;
};

const RECORD = `
  SELECT site."providerRule" AS rule, coalesce(peer.standing, 'unlisted') AS standing,
         coalesce(peer."acceptsUnsigned", false) AS "acceptsUnsigned", peer."signedAt", peer.dialect,
         peer.discovery, peer."discoveredAt", peer.keys, peer."keysFetchedAt", peer."lastSeenAt", peer.failure
    FROM "Site" site LEFT JOIN "Provider" peer ON peer."siteId" = site.id AND peer.provider = $2
   WHERE site.id = $1`;

/** One statement, because every request of another cloud needs it. */
export async function getProviderRecord(siteId: string, provider: string): Promise<ProviderRecord> {
  const { rows } = await pool().query<ProviderRecord>({
    name: "provider-record",
    text: RECORD,
    values: [siteId, provider],
  });
  const record = rows[0];
  if (!record) throw new Error(`There is no site ${siteId}.`);
  // A document that an earlier version stored in another form counts as none.
  return { ...record, discovery: DiscoveredProvider.safeParse(record.discovery).data ?? null };
}

/** Whether the site deals with this cloud. */
export function isAllowed({ rule, standing }: Pick<ProviderRecord, "rule" | "standing">): boolean {
  if (rule === "anyone") return true;
  return rule === "listed" ? standing === "listed" : standing !== "blocked";
}

/** The same in SQL, of a `"Site"` row and the `"Provider"` row that may be missing beside it. */
export const allowedInSql = (site: string, peer: string) => `CASE ${site}."providerRule"
    WHEN 'anyone' THEN true
    WHEN 'listed' THEN coalesce(${peer}.standing, 'unlisted') = 'listed'
    ELSE coalesce(${peer}.standing, 'unlisted') <> 'blocked' END`;

/**
 * Lets pass only a cloud that the site's rule allows. Policy only: asks nobody.
 *
 * @throws PROVIDER_NOT_TRUSTED
 */
export async function requireAllowedProvider(siteId: string, provider: string): Promise<void> {
  requireAllowed(await getProviderRecord(siteId, provider));
}

/**
 * The same of a record at hand.
 *
 * @throws PROVIDER_NOT_TRUSTED
 */
export function requireAllowed(record: ProviderRecord): void {
  if (!isAllowed(record)) throw notTrusted();
}

/** What is said of a cloud that the rule shuts out. */
export const notTrusted = () =>
  forbidden("PROVIDER_NOT_TRUSTED", "The administrators of your cloud do not allow exchange with that one.");
