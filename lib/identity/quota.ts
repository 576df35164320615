import type { Quota } from "./schema";

/** How "no limit" is stored: as more than can be counted, so that whatever compares with a quota needs no exception. */
const UNLIMITED = 2n ** 63n - 1n;

/** What the column of a person holds: null is the site's own rule. */
export function storeQuota(quota: Quota): bigint | null {
  if (quota === null) return null;
  return quota === "unlimited" ? UNLIMITED : BigInt(quota);
}

/** What an administrator has chosen for a person. */
export function readQuota(stored: bigint | null): Quota {
  if (stored === null) return null;
  return stored === UNLIMITED ? "unlimited" : Number(stored);
}

/** The bytes that hold for a person in the end; null: no limit but the disk. */
export function limitOf(stored: bigint | null, siteDefault: bigint | null): number | null {
  const limit = stored ?? siteDefault;
  return limit === null || limit === UNLIMITED ? null : Number(limit);
}
