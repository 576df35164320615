import type { FoundRecipient } from "@/lib/sharing/sent/recipient";
import { requireGiven } from "@/lib/trust/provider-policies";
import { getProviderRecord, requireAllowed } from "@/lib/trust/provider-record";

/**
 * Lets pass only what the administrators let go to the recipient's cloud, and returns whether they have it open with a
 * second factor only. Policy only: discovery belongs to delivery.
 *
 * @throws PROVIDER_NOT_TRUSTED; SHARE_KIND_REFUSED, INVITE_NEEDED (403), EXCHANGE_NEEDED (409)
 */
export async function requireAllowedShare(siteId: string, kind: string, recipient: FoundRecipient): Promise<boolean> {
  const { provider, contactId, isToGroup } = recipient;
  if (!provider) return false; // it stays on this site
  const record = await getProviderRecord(siteId, provider);
  requireAllowed(record);
  // Only contacts are believed by a group of another cloud anyway.
  requireGiven(record, provider, { kind, isForContact: contactId !== null || isToGroup });
  return record.needsSecondFactor;
}
