import { db } from "@/lib/core/db";
import { isRecent } from "@/lib/trust/internal/fetching";
import type { ProviderRecord } from "@/lib/trust/provider-record";

/** Records that another cloud answered us, or wrote to us with a valid signature: at most once a minute. */
export async function noteReached(
  siteId: string,
  provider: string,
  { lastSeenAt, failure }: Pick<ProviderRecord, "lastSeenAt" | "failure">,
): Promise<void> {
  if (failure === null && isRecent(lastSeenAt, 60)) return;
  const data = { lastSeenAt: new Date(), failure: null, failedAt: null };
  await db().provider.updateMany({ where: { siteId, provider }, data });
}

/** Records in words why another cloud could not be used. A cloud that is not known yet gets no row by failing. */
export async function noteFailure(siteId: string, provider: string, failure: string): Promise<void> {
  await db().provider.updateMany({ where: { siteId, provider }, data: { failure, failedAt: new Date() } });
}
