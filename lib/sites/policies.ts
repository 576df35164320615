import { db, type Tx } from "@/lib/core/db";
import type { SitePolicies } from "./schema";
import type { Site } from "./sites";

const view = (site: Site): SitePolicies => ({
  name: site.name,
  providerRule: site.providerRule,
  inviteLifetimeDays: site.inviteLifetimeDays,
  whoInvites: site.whoInvites,
  whoShares: site.whoShares,
  allowsAddresses: site.allowsAddresses,
  takesStrangers: site.takesStrangers,
  requiresSignature: site.requiresSignature,
  mustExchange: site.mustExchange,
  needsSecondFactor: site.needsSecondFactor,
  longestShareDays: site.longestShareDays,
  mostInvites: site.mostInvites,
  showsSitePeople: site.showsSitePeople,
  answersUserNames: site.answersUserNames,
  defaultQuota: site.defaultQuota === null ? null : Number(site.defaultQuota),
  keyLifetimeDays: site.keyLifetimeDays,
});

/** What the administrator decided for this site, as it is now. */
export async function getPolicies(siteId: string): Promise<SitePolicies> {
  return view(await db().site.findUniqueOrThrow({ where: { id: siteId } }));
}

/**
 * Changes what is named; call `forgetSites` once the transaction is through. Until then nobody else judges by the
 * policies in a transaction of his own, also when nothing is named.
 */
export async function updatePolicies(tx: Tx, siteId: string, change: Partial<SitePolicies>): Promise<SitePolicies> {
  await tx.$queryRaw`SELECT FROM "Site" WHERE id = ${siteId}::uuid FOR NO KEY UPDATE`;
  return view(await tx.site.update({ where: { id: siteId }, data: change }));
}
