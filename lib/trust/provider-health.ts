import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { isRecent } from "@/lib/trust/internal/fetching";
import type { ProviderRecord } from "@/lib/trust/provider-record";
import type { ProviderDay } from "@/lib/trust/schema";

/** So many days are shown, and kept. */
const DAYS = 30;

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

/** Counts an answer that took so many milliseconds. A cloud without a row has no days either. */
export async function noteAnswer(siteId: string, provider: string, milliseconds: number): Promise<void> {
  await db().$executeRaw`
    INSERT INTO "ProviderDay" ("siteId", provider, day, answered, "latencyMs")
    SELECT "siteId", provider, (now() AT TIME ZONE 'UTC')::date, 1, ${Math.round(milliseconds)}::bigint FROM "Provider"
     WHERE "siteId" = ${siteId}::uuid AND provider = ${provider}
    ON CONFLICT ("siteId", provider, day) DO UPDATE
      SET answered = "ProviderDay".answered + 1, "latencyMs" = "ProviderDay"."latencyMs" + excluded."latencyMs"`;
}

/** Records in words why another cloud could not be used. A cloud that is not known yet gets no row by failing. */
export async function noteFailure(siteId: string, provider: string, failure: string): Promise<void> {
  await db().$executeRaw`
    WITH failing AS (
      UPDATE "Provider" SET failure = ${failure}, "failedAt" = now()
       WHERE "siteId" = ${siteId}::uuid AND provider = ${provider} RETURNING "siteId", provider
    )
    INSERT INTO "ProviderDay" ("siteId", provider, day, failed, failure)
    SELECT "siteId", provider, (now() AT TIME ZONE 'UTC')::date, 1, ${failure} FROM failing
    ON CONFLICT ("siteId", provider, day) DO UPDATE
      SET failed = "ProviderDay".failed + 1, failure = excluded.failure`;
}

/** How a cloud answered on each of the last days on which it was asked, the newest first. */
export async function listProviderDays({ siteId }: UserPrincipal, provider: string): Promise<ProviderDay[]> {
  const rows = await db().providerDay.findMany({ where: { siteId, provider }, orderBy: { day: "desc" }, take: DAYS });
  return rows.map(({ day, answered, failed, latencyMs, failure }) => ({
    day: day.toISOString().slice(0, 10),
    answered,
    failed,
    latency: answered > 0 ? Math.round(Number(latencyMs) / answered) : null,
    failure,
  }));
}

/** Forgets the days that are not shown any more. */
export async function sweepProviderDays(siteId: string): Promise<void> {
  const before = new Date(Date.now() - DAYS * 86_400_000);
  await db().providerDay.deleteMany({ where: { siteId, day: { lt: before } } });
}
