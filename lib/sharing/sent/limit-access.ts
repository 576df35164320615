import type { SharePrincipal } from "@/lib/core/principal";
import { limitOften } from "@/lib/limits/limit-often";

/** In a minute, of one share: a cloud that fetches ten thousand files one by one stays below. */
const REQUESTS = 20_000;
/** Of all shares with one cloud together. */
const REQUESTS_OF_PEER = 60_000;

/** Counts an access of another cloud to a share. @throws TOO_MANY_REQUESTS */
export function limitAccess({ siteId, sentShareId, provider }: SharePrincipal): void {
  limitOften({ siteId, key: `share:${sentShareId}`, max: REQUESTS });
  limitOften({ siteId, key: `shares:peer:${provider}`, max: REQUESTS_OF_PEER });
}
