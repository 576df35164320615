import { db } from "@/lib/core/db";
import { MUST_EXCHANGE_TOKEN } from "@/lib/protocol/ocm/wire";
import type { SharedKey } from "@/lib/sharing/received/offer";
import { type IncomingShare, requireTaken } from "@/lib/trust/provider-policies";
import type { ProviderRecord } from "@/lib/trust/provider-record";

/**
 * Lets pass only what the administrators take from the sender's cloud. A share that was there before they decided goes
 * on, and may be offered again; but not in a form that is opened more easily.
 *
 * @throws SHARE_KIND_REFUSED, INVITE_NEEDED, EXCHANGE_NEEDED (403)
 */
export async function requireTakenShare(record: ProviderRecord, key: SharedKey, share: IncomingShare): Promise<void> {
  try {
    requireTaken(record, share);
  } catch (refusal) {
    const { siteId, provider, providerId } = key;
    const isNoWeaker = share.opensBySecret && { NOT: { requirements: { has: MUST_EXCHANGE_TOKEN } } };
    const where = { siteId, provider, providerId, ...isNoWeaker };
    if ((await db().receivedShare.count({ where })) === 0) throw refusal;
  }
}
