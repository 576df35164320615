import { db } from "@/lib/core/db";
import { promisesSecondFactor } from "@/lib/sharing/sent/asks-second-factor";
import type { SitePolicies, UpdateSitePolicies } from "@/lib/sites/schema";
import { getSite } from "@/lib/sites/sites";
import { dialectOf } from "@/lib/trust/dialects/dialect";
import { knownDocument } from "@/lib/trust/provider-record";
import type { Prisma, Provider } from "@/prisma/generated/client";
import type { Concerned, DryRunView } from "./schema";

type Strictness = Pick<SitePolicies, "requiresSignature" | "mustExchange" | "needsSecondFactor">;

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

/** Whoever has signed goes on being heard. */
const isUnheard = ({ acceptsUnsigned, signedAt }: Provider, { requiresSignature }: Strictness): boolean =>
  signedAt === null && !(acceptsUnsigned ?? !requiresSignature);

async function listDealtWith(siteId: string): Promise<Provider[]> {
  const [contacts, sent, received] = await Promise.all([
    db().contact.findMany({ where: { siteId, removedAt: null }, ...EACH_CLOUD }),
    db().sentShare.findMany({ where: { siteId, revokedAt: null, answer: { not: "declined" } }, ...EACH_CLOUD }),
    db().receivedShare.findMany({ where: { siteId, state: { in: ["pending", "accepted"] } }, ...EACH_CLOUD }),
  ]);
  const provider = { in: [...new Set([...contacts, ...sent, ...received].map((row) => row.provider))] };
  const where: Prisma.ProviderWhereInput = { siteId, provider };
  return db().provider.findMany({ where, orderBy: { provider: "asc" } });
}

const EACH_CLOUD = { select: { provider: true }, distinct: ["provider"] } satisfies Prisma.ContactFindManyArgs;
