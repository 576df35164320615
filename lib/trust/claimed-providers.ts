import { db } from "@/lib/core/db";
import { once } from "@/lib/core/once";
import { listSites } from "@/lib/sites/sites";
import { FRESH_FOR_SECONDS, isRecent } from "@/lib/trust/internal/fetching";
import type { Prisma } from "@/prisma/generated/client";
import { noteKeys } from "./key-history";
import { sweepProviderDays } from "./provider-health";
import { getProviderRecord, type ProviderRecord } from "./provider-record";

/** What was found at a cloud, with when that was asked for. */
export type Findings = Partial<Pick<ProviderRecord, "discovery" | "discoveredAt" | "keys" | "keysFetchedAt">>;

/** Bounded, because any stranger can name any host; what falls out is merely asked again. */
const MOST = 500;
/** Characters of one: a few keys and what a cloud says of itself take a tenth. What is longer is not kept. */
const LONGEST = 32 * 1024;
const TIMES = ["discoveredAt", "keysFetchedAt"] as const;
const claimed = () => once("claimedProviders", () => new Map<string, Findings>());

/** What is known of a cloud in whose name somebody writes: of one without a row also what was found just now. */
export async function getClaimedRecord(siteId: string, provider: string): Promise<ProviderRecord> {
  const record = await getProviderRecord(siteId, provider);
  return record.discovery ? record : { ...record, ...claimed().get(`${siteId} ${provider}`) };
}

/**
 * Keeps what was found at a cloud: in its row, or, while nobody but strangers named it and none of their signatures
 * held, in memory. What was asked for later stays.
 */
export async function noteFindings(siteId: string, provider: string, found: Findings): Promise<void> {
  if (await updateRow(siteId, provider, found)) return;
  if (JSON.stringify(found).length > LONGEST) return;
  const name = `${siteId} ${provider}`;
  if (claimed().size >= MOST) claimed().clear();
  claimed().set(name, { ...claimed().get(name), ...found });
}

/** Gives a cloud a row, with what was found there: one of our people named it, or its signature held. */
export async function addProviderRow(siteId: string, provider: string, found: Findings): Promise<void> {
  if (!(await updateRow(siteId, provider, found))) {
    const data = columnsOf(found);
    const where = { siteId_provider: { siteId, provider } };
    await db().provider.upsert({ where, create: { siteId, provider, ...data }, update: data });
    await noteKeys(siteId, provider);
  }
  claimed().delete(`${siteId} ${provider}`);
}

/** To be called when a cloud was asked and does not say any more what it said: from an hour on that counts no longer. */
export async function dropOldFindings(siteId: string, provider: string): Promise<void> {
  const inMemory = claimed().get(`${siteId} ${provider}`);
  const before = new Date(Date.now() - FRESH_FOR_SECONDS * 1000);
  for (const time of TIMES) {
    await db().provider.updateMany({ where: { siteId, provider, [time]: { lt: before } }, data: { [time]: null } });
    if (inMemory && !isRecent(inMemory[time] ?? null, FRESH_FOR_SECONDS)) inMemory[time] = null;
  }
}

/** To be called when a signature held: a cloud of which there is no row yet gets one. */
export async function addProvenProvider(siteId: string, provider: string): Promise<void> {
  const found = claimed().get(`${siteId} ${provider}`);
  if (found) await addProviderRow(siteId, provider, found);
}

/** Forgets the clouds on which nobody decided, that share nothing here, and of which a week brought nothing new. For the worker. */
export async function sweepProviders(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    await sweepProviderDays(siteId);
    await db().$executeRaw`
      DELETE FROM "Provider" peer
       WHERE "siteId" = ${siteId}::uuid AND standing = 'unlisted' AND "acceptsUnsigned" IS NULL AND dialect IS NULL
         AND signature IS NULL AND NOT "mustInvite" AND "mustExchange" IS NULL
         AND "needsSecondFactor" IS NULL AND "privateNetwork" IS NULL AND "refusedKinds" = '{}' AND "webdavHosts" = '{}'
         AND greatest("firstSeenAt", "discoveredAt", "lastSeenAt") < now() - interval '7 days'
         AND NOT EXISTS (SELECT FROM "Contact" it WHERE it."siteId" = peer."siteId" AND it.provider = peer.provider)
         AND NOT EXISTS (SELECT FROM "SentShare" it WHERE it."siteId" = peer."siteId" AND it.provider = peer.provider)
         AND NOT EXISTS (SELECT FROM "ReceivedShare" it WHERE it."siteId" = peer."siteId" AND it.provider = peer.provider)`;
  }
}

/** Whether a cloud has a row; what was found is written there, unless that knows what was asked for later. */
async function updateRow(siteId: string, provider: string, found: Findings): Promise<boolean> {
  const where = { siteId, provider };
  const now = new Date();
  const isNotLater = TIMES.flatMap((time) => {
    const at = found[time];
    // What is of the future was written under a clock that was wrong.
    return at ? [{ OR: [{ [time]: null }, { [time]: { lte: at } }, { [time]: { gt: now } }] }] : [];
  });
  const { count } = await db().provider.updateMany({ where: { ...where, AND: isNotLater }, data: columnsOf(found) });
  if (count > 0) await noteKeys(siteId, provider);
  return count > 0 || (await db().provider.count({ where })) > 0;
}

function columnsOf({ discovery, keys, ...times }: Findings) {
  return {
    ...times,
    ...(discovery && { discovery: discovery as Prisma.InputJsonObject, failure: null, failedAt: null }),
    ...(keys && { keys: keys as Prisma.InputJsonValue }),
  };
}
