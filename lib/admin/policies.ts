import { recordAudit } from "@/lib/audit/record";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { enqueue } from "@/lib/jobs/enqueue";
import { updatePolicies } from "@/lib/sites/policies";
import type { SitePolicies } from "@/lib/sites/schema";
import { forgetSites } from "@/lib/sites/sites";

/** Changes what is named of the policies of a site. */
export async function changePolicies(admin: UserPrincipal, change: Partial<SitePolicies>): Promise<SitePolicies> {
  const { siteId, userId } = admin;
  const policies = await db().$transaction(async (tx) => {
    await recordAudit(tx, siteId, {
      actor: `user:${userId}`,
      action: "policies-changed",
      subject: `site:${siteId}`,
      detail: change,
    });
    // Clouds may be allowed now for which something waits.
    if (change.providerRule) await enqueue(tx, "wake-deliveries", { siteId });
    return updatePolicies(tx, siteId, change);
  });
  forgetSites();
  return policies;
}
