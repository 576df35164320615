import type { PublicJwk } from "@/lib/protocol/httpsig/jwk";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";

type Shown = {
  discovery: Pick<DiscoveredProvider, "capabilities" | "jwksUri" | "ownKey"> | null;
  keys: PublicJwk[] | null;
};

/**
 * Whether a cloud knows the newer signatures. Then the key in its document counts for nothing: whoever broke that weaker
 * one would speak for it.
 */
export function showsNewerKeys({ discovery, keys }: Shown): boolean {
  return Boolean(discovery?.capabilities.includes("http-sig") || discovery?.jwksUri || keys?.length);
}

/** The keys with which what a cloud signs is checked: those that it publishes, or the one in its document. */
export function keysThatCount({ discovery, keys }: Shown): PublicJwk[] {
  if (showsNewerKeys({ discovery, keys })) return keys ?? [];
  return discovery?.ownKey ? [discovery.ownKey] : [];
}
