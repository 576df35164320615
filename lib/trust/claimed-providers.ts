import { db } from "@/lib/core/db";
import { once } from "@/lib/core/once";
import { listSites } from "@/lib/sites/sites";
import type { Prisma } from "@/prisma/generated/client";
import { noteKeys } from "./key-history";
import { sweepProviderDays } from "./provider-health";
import { getProviderRecord, type ProviderRecord } from "./provider-record";

/** What was found at a cloud. */
export type Findings = Partial<Pick<ProviderRecord, "discovery" | "discoveredAt" | "keys" | "keysFetchedAt">>;

/** Bounded, because any stranger can name any host; what falls out is merely asked again. */
const MOST = 500;
/** Characters of one: a few keys and what a cloud says of itself take a tenth. What is longer is not kept. */
const LONGEST = 32 * 1024;
const claimed = () => once("claimedProviders", () => new Map<string, Findings>());

/** What is known of a cloud in whose name somebody writes: of one without a row also what was found just now. */
export async function getClaimedRecord(siteId: string, provider: string): Promise<ProviderRecord> {
  const record = await getProviderRecord(siteId, provider);
  return record.discoveredAt ? record : { ...record, ...claimed().get(`${siteId} ${provider}`) };
}

/**
 * Keeps what was found at a cloud: in its row, or, while nobody but strangers named it and none of their signatures
 * held, in memory.
 */
export async function noteFindings(siteId: string, provider: string, found: Findings): Promise<void> {
  const { count } = await db().provider.updateMany({ where: { siteId, provider }, data: columnsOf(found) });
  if (count > 0) return noteKeys(siteId, provider);
  if (JSON.stringify(found).length > LONGEST) return;
  const name = `${siteId} ${provider}`;
  if (claimed().size >= MOST) claimed().clear();
  claimed().set(name, { ...claimed().get(name), ...found });
}

/** Gives a cloud a row, with what was found there: one of our people named it, or its signature held. */
export async function addProviderRow(siteId: string, provider: string, found: Findings): Promise<void> {
  const data = columnsOf(found);
  const where = { siteId_provider: { siteId, provider } };
  await db().provider.upsert({ where, create: { siteId, provider, ...data }, update: data });
  claimed().delete(`${siteId} ${provider}`);
  await noteKeys(siteId, provider);
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

function columnsOf({ discovery, keys, ...times }: Findings) {
  return {
    ...times,
    ...(discovery && { discovery: discovery as Prisma.InputJsonObject, failure: null, failedAt: null }),
    ...(keys && { keys: keys as Prisma.InputJsonValue }),
  };
}
