import { db, type Tx } from "@/lib/core/db";
import type { SitePolicies } from "./schema";
import type { Site } from "./sites";

const view = (site: Site): SitePolicies => ({
  name: site.name,
  providerRule: site.providerRule,
  inviteLifetimeDays: site.inviteLifetimeDays,
  showsSitePeople: site.showsSitePeople,
  answersUserNames: site.answersUserNames,
  defaultQuota: site.defaultQuota === null ? null : Number(site.defaultQuota),
});

/** What the administrator decided for this site, as it is now. */
export async function getPolicies(siteId: string): Promise<SitePolicies> {
  return view(await db().site.findUniqueOrThrow({ where: { id: siteId } }));
}

/** Changes what is named; call `forgetSites` once the transaction is through. */
export async function updatePolicies(tx: Tx, siteId: string, change: Partial<SitePolicies>): Promise<SitePolicies> {
  return view(await tx.site.update({ where: { id: siteId }, data: change }));
}
