import { db } from "@/lib/core/db";
import { PublicJwk } from "@/lib/protocol/httpsig/jwk";
import { promisesSecondFactor } from "@/lib/sharing/sent/asks-second-factor";
import type { SitePolicies, UpdateSitePolicies } from "@/lib/sites/schema";
import { getSite } from "@/lib/sites/sites";
import { dialectOf } from "@/lib/trust/dialects/dialect";
import { knownDocument } from "@/lib/trust/provider-record";
import { showsKeys } from "@/lib/trust/unsigned";
import type { Provider } from "@/prisma/generated/client";
import type { Concerned, DryRunView } from "./schema";

const SWITCHES = ["requiresSignature", "mustExchange", "needsSecondFactor"] as const;
type Strictness = Pick<SitePolicies, (typeof SWITCHES)[number]>;
const NONE: Concerned = { count: 0, names: [] };

/**
 * The clouds of contacts and shares with which a change of the policies would let no new share pass, by what they
 * can do, and those whose unsigned messages are taken now and would not be then. What is shared already stays.
 */
export async function findStricter(
  siteId: string,
  change: UpdateSitePolicies,
  firstNames: number,
): Promise<Pick<DryRunView, "cloudsRefused" | "cloudsUnheard">> {
  const before: Strictness = await getSite(siteId);
  const after = { ...before, ...change };
  if (SWITCHES.every((name) => after[name] === before[name])) return { cloudsRefused: NONE, cloudsUnheard: NONE };
  const clouds = await listDealtWith(siteId);
  const named = (isConcerned: (cloud: Provider, policies: Strictness) => boolean): Concerned => {
    const names = clouds.filter((cloud) => isConcerned(cloud, after) && !isConcerned(cloud, before));
    return { count: names.length, names: names.slice(0, firstNames).map(({ provider }) => provider) };
  };
  return { cloudsRefused: named(isRefused), cloudsUnheard: named(isUnheard) };
}

/** What is not known of a cloud yet forbids nothing yet. */
function isRefused(cloud: Provider, policies: Strictness): boolean {
  const document = knownDocument(cloud);
  if (!document) return false;
  const mustExchange = cloud.mustExchange ?? policies.mustExchange;
  const needsSecondFactor = cloud.needsSecondFactor ?? policies.needsSecondFactor;
  return (mustExchange && dialectOf(document).opensBySecret) || (needsSecondFactor && !promisesSecondFactor(document));
}

/** Whoever has signed goes on being heard; whoever shows keys is heard signed alone, before and after. */
const isUnheard = (cloud: Provider, { requiresSignature }: Strictness): boolean =>
  cloud.signedAt === null && !(cloud.acceptsUnsigned ?? (!requiresSignature && !showsKeysOf(cloud)));

const showsKeysOf = (cloud: Provider): boolean =>
  showsKeys({ discovery: knownDocument(cloud), keys: PublicJwk.array().safeParse(cloud.keys).data ?? null });

async function listDealtWith(siteId: string): Promise<Provider[]> {
  return db().$queryRaw<Provider[]>`
    SELECT * FROM "Provider"
     WHERE "siteId" = ${siteId}::uuid AND provider IN (
       SELECT provider FROM "Contact" WHERE "siteId" = ${siteId}::uuid AND "removedAt" IS NULL
       UNION SELECT provider FROM "SentShare"
        WHERE "siteId" = ${siteId}::uuid AND "revokedAt" IS NULL AND answer <> 'declined'
       UNION SELECT provider FROM "ReceivedShare"
        WHERE "siteId" = ${siteId}::uuid AND state IN ('pending', 'accepted'))
     ORDER BY provider`;
}
