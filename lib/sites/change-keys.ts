import { generateKeyPairSync } from "node:crypto";
import { db, type Tx } from "@/lib/core/db";
import { thumbprint } from "@/lib/protocol/httpsig/jwk";
import type { SiteKey } from "@/prisma/generated/client";
import { ALG, columnsOf, type KeyPair, KINDS, kidOf, kindOf, makePair } from "./internal/key-pairs";
import type { SiteKeyKind, SiteKeyView } from "./schema";

/** Others keep what they were told of our keys for an hour; a new one signs when that has passed twice. */
const LEAD_MS = 2 * 3_600_000;
/** So long a key that was followed by another is still published, for whoever checks what it signed. */
const OVERLAP_MS = 24 * 3_600_000;
type KeyPairs = Record<SiteKeyKind, KeyPair>;

/** Makes an Ed25519 key of a site, which signs from the moment the transaction commits. */
export async function createSigningKey(tx: Tx, siteId: string): Promise<void> {
  await addKey(tx, siteId, "ed25519", generateKeyPairSync("ed25519"), new Date());
}

/** The pairs that `stageKeys` puts in place. To be made before its transaction. */
export async function makeKeyPairs(): Promise<KeyPairs> {
  const pairs = await Promise.all(KINDS.map(async (kind) => [kind, await makePair(kind)] as const));
  return Object.fromEntries(pairs) as KeyPairs;
}

/**
 * Publishes the keys that follow the present ones; null if such are published already. They sign from the returned
 * moment on, in every process, without anything more having to happen. If it is urgent that is now, and all others are
 * withdrawn. Call `forgetKeys` once the transaction is through.
 */
export async function stageKeys(
  tx: Tx,
  siteId: string,
  pairs: KeyPairs,
  { isUrgent = false, now = new Date() } = {},
): Promise<Date | null> {
  // Whoever else wants new keys at this moment waits here, and then sees ours.
  await tx.$queryRaw`SELECT 1 FROM "Site" WHERE id = ${siteId}::uuid FOR UPDATE`;
  if (!isUrgent && (await tx.siteKey.count({ where: { siteId, retiredAt: null, usedFrom: { gt: now } } }))) return null;
  if (isUrgent) await retire(tx, siteId, {}, now);
  const usedFrom = isUrgent ? now : new Date(now.getTime() + LEAD_MS);
  for (const kind of KINDS) await addKey(tx, siteId, kind, pairs[kind], usedFrom);
  return usedFrom;
}

async function addKey(tx: Tx, siteId: string, kind: SiteKeyKind, pair: KeyPair, usedFrom: Date): Promise<void> {
  const count = await tx.siteKey.count({ where: { siteId, alg: ALG[kind] } });
  // Without one so far, nobody was shown another.
  const isFirst = count === 0 && kind !== "ed25519";
  const from = isFirst ? new Date() : usedFrom;
  const columns = columnsOf(kidOf(kind, count + 1), kind, pair);
  // Somebody may ask for the first of its kind at this moment, which makes it.
  await tx.siteKey.createMany({ data: { siteId, usedFrom: from, ...columns }, skipDuplicates: true });
}

/** Whether the key that signs for a site has done so for as long as its administrators want. */
export async function areKeysOld(site: { id: string; keyLifetimeDays: number }, now = new Date()): Promise<boolean> {
  const since = new Date(now.getTime() - site.keyLifetimeDays * 86_400_000);
  const where = { siteId: site.id, alg: ALG.ed25519, retiredAt: null, usedFrom: { gt: since } };
  return (await db().siteKey.count({ where })) === 0;
}

/** Withdraws the keys of a site that were followed by others long enough ago, and returns their names. */
export async function retireKeys(tx: Tx, siteId: string, now = new Date()): Promise<string[]> {
  const followedBefore = new Date(now.getTime() - OVERLAP_MS);
  const retired: string[] = [];
  for (const alg of Object.values(ALG)) {
    const where = { siteId, alg, retiredAt: null, usedFrom: { lte: followedBefore } };
    const last = await tx.siteKey.findFirst({ where, orderBy: [{ usedFrom: "desc" }, { createdAt: "desc" }] });
    if (last) retired.push(...(await retire(tx, siteId, { alg, usedFrom: { lt: last.usedFrom } }, now)));
  }
  return retired;
}

type Which = { alg?: string; usedFrom?: { lt: Date } };

/** Nothing will be signed with them any more, so the private half goes. */
async function retire(tx: Tx, siteId: string, which: Which, retiredAt: Date): Promise<string[]> {
  const where = { ...which, siteId, retiredAt: null };
  const rows = await tx.siteKey.updateManyAndReturn({ where, data: { retiredAt, privateKeyEncrypted: null } });
  return rows.map(({ kid }) => kid);
}

/** Every key that a site has and had, the last one first. */
export async function listKeys(siteId: string, now = new Date()): Promise<SiteKeyView[]> {
  const rows = await db().siteKey.findMany({
    where: { siteId },
    orderBy: [{ usedFrom: "desc" }, { createdAt: "desc" }],
  });
  return rows.map((row) => {
    const live = rows.filter(({ alg, retiredAt }) => alg === row.alg && retiredAt === null);
    const current = live.find(({ usedFrom }) => usedFrom <= now);
    const follower = live.findLast(({ usedFrom }) => usedFrom > row.usedFrom);
    const withdrawnAt = row.retiredAt ?? (follower ? new Date(follower.usedFrom.getTime() + OVERLAP_MS) : null);
    return {
      kid: row.kid,
      kind: kindOf(row.alg),
      state: stateOf(row, current, now),
      fingerprint: thumbprint(row.publicJwk as Parameters<typeof thumbprint>[0]),
      usedFrom: row.usedFrom.toISOString(),
      withdrawnAt: withdrawnAt?.toISOString() ?? null,
    };
  });
}

function stateOf(row: SiteKey, current: SiteKey | undefined, now: Date): SiteKeyView["state"] {
  if (row.retiredAt) return "retired";
  if (row.usedFrom > now) return "next";
  return row.kid === current?.kid ? "current" : "replaced";
}
