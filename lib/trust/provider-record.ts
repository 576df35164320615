import { pool } from "@/lib/core/db";
import { forbidden } from "@/lib/core/errors";
import type { PublicJwk } from "@/lib/protocol/httpsig/jwk";
import { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { vouchedInSql } from "@/lib/trust/internal/vouched";
import type { ProviderRule, ProviderStanding } from "@/prisma/generated/client";

/** What a site decided of another cloud, and what it last heard from it. A cloud without a row is unlisted. */
export type ProviderRecord = {
  rule: ProviderRule;
  standing: ProviderStanding;
  /** Only the listed are dealt with, and a directory that the administrators trust lists it. */
  isVouchedFor: boolean;
  acceptsUnsigned: boolean;
  /** Said of this very cloud, not of all on which nobody has decided. */
  isUnsignedChosen: boolean;
  signedAt: Date | null;
  /** The last signature that held, to the minute. */
  heardAt: Date | null;
  heardKeyid: string | null;
  heardAlgorithm: string | null;
  /** What an administrator says about how it is spoken to. */
  dialect: string | null;
  /** The same about how what it gets is signed. */
  signature: string | null;
  /** How it last took something signed (SignatureName). */
  lastSignature: string | null;
  mustInvite: boolean;
  mustExchange: boolean;
  needsSecondFactor: boolean;
  refusedKinds: string[];
  /** The hosts beside its own at which what it shares may lie. */
  webdavHosts: string[];
  discovery: DiscoveredProvider | null;
  discoveredAt: Date | null;
  keys: PublicJwk[] | null;
  keysFetchedAt: Date | null;
  lastSeenAt: Date | null;
  failure: string | null;
};

const RECORD = `
  SELECT site."providerRule" AS rule, coalesce(peer.standing, 'unlisted') AS standing,
         CASE site."providerRule" WHEN 'listed' THEN ${vouchedInSql("site.id", "$2")} ELSE false END AS "isVouchedFor",
         coalesce(peer."acceptsUnsigned", NOT site."requiresSignature") AS "acceptsUnsigned",
         peer."acceptsUnsigned" IS NOT NULL AS "isUnsignedChosen", peer."signedAt",
         peer."heardAt", peer."heardKeyid", peer."heardAlgorithm", peer.dialect, peer.signature, peer."lastSignature",
         coalesce(peer."mustInvite", false) AS "mustInvite", coalesce(peer."mustExchange", site."mustExchange") AS "mustExchange",
         coalesce(peer."needsSecondFactor", site."needsSecondFactor") AS "needsSecondFactor",
         coalesce(peer."refusedKinds", '{}') AS "refusedKinds", coalesce(peer."webdavHosts", '{}') AS "webdavHosts",
         peer.discovery::text AS document, peer."discoveredAt", peer.keys, peer."keysFetchedAt", peer."lastSeenAt", peer.failure
    FROM "Site" site LEFT JOIN "Provider" peer ON peer."siteId" = site.id AND peer.provider = $2
   WHERE site.id = $1`;

/** One statement, because every request of another cloud needs it. */
export async function getProviderRecord(siteId: string, provider: string): Promise<ProviderRecord> {
  const { rows } = await pool().query<ProviderRecord & { document: string | null }>({
    name: "provider-record",
    text: RECORD,
    values: [siteId, provider],
  });
  if (!rows[0]) throw new Error(`There is no site ${siteId}.`);
  const { document, ...record } = rows[0];
  const told = document === null ? null : readDocument(document);
  return { ...record, discovery: told && spokenToAs(told, record) };
}

/** Those that were read last, by their text: a cloud that writes often is described by the same one each time. */
const documents = new Map<string, DiscoveredProvider | null>();
const MOST_READ = 1000;

function readDocument(text: string): DiscoveredProvider | null {
  const known = documents.get(text);
  if (known !== undefined) return known;
  const told = DiscoveredProvider.safeParse(JSON.parse(text)).data ?? null;
  if (documents.size >= MOST_READ) documents.clear();
  documents.set(text, told);
  return told;
}

/** What is known beside its document about how a cloud is spoken to. */
type Known = Pick<ProviderRecord, "dialect" | "signature" | "lastSignature">;

/**
 * What a cloud said of itself when it was last asked, as it is stored, with what is known beside that of how it is
 * spoken to. One that an earlier version stored in another form counts as none.
 */
export function knownDocument(stored: { discovery: unknown } & Known): DiscoveredProvider | null {
  const told = DiscoveredProvider.safeParse(stored.discovery).data;
  return told ? spokenToAs(told, stored) : null;
}

/** A document with the dialect and the signature that an administrator has chosen, if any, and the last one that was taken. */
export const spokenToAs = (
  told: DiscoveredProvider,
  { dialect, signature, lastSignature }: Known,
): DiscoveredProvider => ({
  ...told,
  ...(lastSignature && { lastSignature }),
  ...(dialect && { chosenDialect: dialect }),
  ...(signature && { chosenSignature: signature }),
});

type Judged = Pick<ProviderRecord, "rule" | "standing" | "isVouchedFor">;

/** Whether the site deals with this cloud. A directory lists whom the administrators have not judged themselves. */
export function isAllowed({ rule, standing, isVouchedFor }: Judged): boolean {
  if (rule === "anyone") return true;
  return rule === "listed" && !isVouchedFor ? standing === "listed" : standing !== "blocked";
}

/** The same in SQL, of a `"Site"` row, the `"Provider"` row that may be missing beside it, and the cloud's name. */
export const allowedInSql = (site: string, peer: string, provider: string) => `CASE ${site}."providerRule"
    WHEN 'anyone' THEN true
    WHEN 'listed' THEN coalesce(${peer}.standing, 'unlisted') = 'listed'
      OR coalesce(${peer}.standing, 'unlisted') <> 'blocked' AND ${vouchedInSql(`${site}.id`, provider)}
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
