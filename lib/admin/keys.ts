import { recordAudit } from "@/lib/audit/record";
import { db } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import type { UserPrincipal } from "@/lib/core/principal";
import { enqueue } from "@/lib/jobs/enqueue";
import { areKeysOld, listKeys, makeKeyPairs, retireKeys, stageKeys } from "@/lib/sites/change-keys";
import { forgetKeys } from "@/lib/sites/keys";
import { getPolicies } from "@/lib/sites/policies";
import type { SiteKeyView } from "@/lib/sites/schema";
import { listSites } from "@/lib/sites/sites";

/** The keys of the site, and after how many days they change by themselves. */
export async function getKeys({ siteId }: UserPrincipal): Promise<{ items: SiteKeyView[]; lifetimeDays: number }> {
  const [items, { keyLifetimeDays }] = await Promise.all([listKeys(siteId), getPolicies(siteId)]);
  return { items, lifetimeDays: keyLifetimeDays };
}

/**
 * Publishes new keys, which sign once every other cloud can know them; at once, and instead of all others, if it is
 * urgent.
 *
 * @throws KEYS_CHANGING
 */
export async function changeKeys(admin: UserPrincipal, { isUrgent }: { isUrgent: boolean }) {
  const { siteId, userId } = admin;
  if (!(await change(siteId, `user:${userId}`, isUrgent))) {
    throw conflict(
      "KEYS_CHANGING",
      "New keys are published already. They will be used as soon as other clouds know them.",
    );
  }
  return getKeys(admin);
}

/** For the worker: keys that are old enough get followers, and those that were followed long ago are withdrawn. */
export async function tendKeys(now = new Date()): Promise<void> {
  for (const site of await listSites()) {
    if (await areKeysOld(site, now)) await change(site.id, "system", false, now);
    const retired = await db().$transaction(async (tx) => {
      const kids = await retireKeys(tx, site.id, now);
      const fact = { actor: "system", action: "keys-withdrawn", subject: `site:${site.id}`, detail: { keys: kids } };
      if (kids.length > 0) await recordAudit(tx, site.id, fact);
      return kids;
    });
    if (retired.length > 0) forgetKeys();
  }
}

/** Of all who change the keys of a site at the same time, in whichever process, one does. */
async function change(siteId: string, actor: string, isUrgent: boolean, now = new Date()): Promise<boolean> {
  const pairs = await makeKeyPairs();
  const usedFrom = await db().$transaction(async (tx) => {
    const from = await stageKeys(tx, siteId, pairs, { isUrgent, now });
    const detail = { usedFrom: from?.toISOString() ?? null, isUrgent };
    if (from) await enqueue(tx, "check-verified", { siteId });
    if (from) await recordAudit(tx, siteId, { actor, action: "keys-changed", subject: `site:${siteId}`, detail });
    return from;
  });
  if (!usedFrom) return false;
  forgetKeys();
  logger("admin").info({ siteId, usedFrom, isUrgent }, "keys changed");
  return true;
}
