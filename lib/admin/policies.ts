import { recordAudit } from "@/lib/audit/record";
import { revokeForbiddenInvites } from "@/lib/contacts/forbidden-invites";
import { db, type Tx } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { chooseGroups } from "@/lib/identity/change-groups";
import { listChosenGroups } from "@/lib/identity/groups";
import { enqueue } from "@/lib/jobs/enqueue";
import { getPolicies, updatePolicies } from "@/lib/sites/policies";
import type { PoliciesView, UpdateSitePolicies } from "@/lib/sites/schema";
import { forgetSites } from "@/lib/sites/sites";

/** What holds on a site, with the groups that are chosen. */
export async function viewPolicies(siteId: string): Promise<PoliciesView> {
  const [policies, chosen] = await Promise.all([getPolicies(siteId), listChosenGroups(siteId)]);
  return { ...policies, ...chosen };
}

/**
 * Changes what is named of the policies of a site. What is begun from now on keeps to them; shares and invites that they
 * forbid to their maker are cut, and nothing else that exists is (docs/decisions/0013).
 */
export async function changePolicies(admin: UserPrincipal, change: UpdateSitePolicies): Promise<PoliciesView> {
  const { siteId, userId } = admin;
  await db().$transaction(async (tx) => {
    await recordAudit(tx, siteId, {
      actor: `user:${userId}`,
      action: "policies-changed",
      subject: `site:${siteId}`,
      detail: change,
    });
    // Clouds may be allowed now for which something waits.
    if (change.providerRule) await enqueue(tx, "wake-deliveries", { siteId });
    await setPolicies(tx, siteId, change);
    await revokeForbiddenInvites(tx, siteId);
    await enqueue(tx, "cut-forbidden-shares", { siteId }, { key: `cut-forbidden-shares:${siteId}` });
  });
  forgetSites();
  return viewPolicies(siteId);
}

/** Writes the policies alone, in the caller's transaction. */
export async function setPolicies(tx: Tx, siteId: string, change: UpdateSitePolicies): Promise<void> {
  const { invitingGroups, sharingGroups, ...policies } = change;
  await updatePolicies(tx, siteId, policies);
  if (invitingGroups) await chooseGroups(tx, siteId, "mayInvite", invitingGroups);
  if (sharingGroups) await chooseGroups(tx, siteId, "mayShare", sharingGroups);
}
