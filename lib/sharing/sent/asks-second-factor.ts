import { conflict } from "@/lib/core/errors";
import { type DiscoveredProvider, ENFORCE_MFA } from "@/lib/protocol/ocm/discovery";
import type { SecondFactorRule } from "@/lib/sharing/schema";
import type { Site } from "@/lib/sites/sites";
import { dialectOf } from "@/lib/trust/dialects/dialect";
import { getProviderRecord } from "@/lib/trust/provider-record";

/**
 * Whether a cloud sees to it that a share which needs a second factor opens only with one: this site does, another as
 * it said when it was last asked; null if it never was. Asks nobody.
 */
export async function asksSecondFactor(site: Site, provider: string): Promise<boolean | null> {
  if (provider === "" || provider === site.provider) return true;
  const { discovery } = await getProviderRecord(site.id, provider);
  return discovery && promisesSecondFactor(discovery);
}

/** How it is with a second factor for what is shared with a cloud, before it is. Asks nobody. */
export async function secondFactorRule(site: Site, provider: string): Promise<SecondFactorRule> {
  if (provider === "" || provider === site.provider) return "free";
  const { discovery, needsSecondFactor } = await getProviderRecord(site.id, provider);
  const promises = discovery && promisesSecondFactor(discovery);
  if (needsSecondFactor) return promises === false ? "impossible" : "needed";
  return promises ? "free" : "none";
}

/** Whether it lists the capability, and is spoken to in a way in which it can be told. */
export function promisesSecondFactor(peer: DiscoveredProvider): boolean {
  return peer.capabilities.includes(ENFORCE_MFA) && !dialectOf(peer).opensBySecret;
}

/** Such a share is not offered at all: it would open without. */
export const secondFactorUnsupported = (provider: string, { isBound = false } = {}) =>
  conflict(
    "SECOND_FACTOR_UNSUPPORTED",
    isBound
      ? `Your cloud shares only where a second factor is asked for, which ${provider} does not promise.`
      : `${provider} does not promise to ask for a second factor. Share it without.`,
  );
