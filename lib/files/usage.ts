import { db } from "@/lib/core/db";
import { limitOf } from "@/lib/identity/quota";
import type { UsageView } from "./schema";

/** How much of their room a person uses, trash included. */
export async function getUsage({ siteId, userId }: { siteId: string; userId: string }): Promise<UsageView> {
  const { used, quota, site } = await db().user.findUniqueOrThrow({
    where: { siteId_id: { siteId, id: userId } },
    select: { used: true, quota: true, site: { select: { defaultQuota: true } } },
  });
  return { used: Number(used), quota: limitOf(quota, site.defaultQuota) };
}
