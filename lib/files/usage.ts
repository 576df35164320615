import { db } from "@/lib/core/db";
import { limitOf } from "@/lib/identity/quota";
import type { UsageView } from "./schema";

const COUNTED = { used: true, usageLanes: { select: { bytes: true } } } as const;
const sum = ({ used, usageLanes }: { used: bigint; usageLanes: { bytes: bigint }[] }): number =>
  Number(usageLanes.reduce((total, { bytes }) => total + bytes, used));

/** How much of their room each of these people uses, trash included. */
export async function listUsed(siteId: string, userIds: string[]): Promise<Map<string, number>> {
  const rows = await db().user.findMany({ where: { siteId, id: { in: userIds } }, select: { id: true, ...COUNTED } });
  return new Map(rows.map((row) => [row.id, sum(row)]));
}

/** How much of their room a person uses, trash included. */
export async function getUsage({ siteId, userId }: { siteId: string; userId: string }): Promise<UsageView> {
  const { quota, site, ...counted } = await db().user.findUniqueOrThrow({
    where: { siteId_id: { siteId, id: userId } },
    select: { ...COUNTED, quota: true, site: { select: { defaultQuota: true } } },
  });
  return { used: sum(counted), quota: limitOf(quota, site.defaultQuota) };
}
