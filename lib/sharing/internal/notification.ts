import { decryptSecret } from "@/lib/core/secrets";
import type { Description } from "@/lib/delivery/deliver";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { getSite } from "@/lib/sites/sites";
import { dialectOf } from "@/lib/trust/dialects/dialect";

/** The peer does not know the share (any more), or not this kind of message: nothing is left to tell it. */
export const NOTHING_TO_TELL = [400, 404, 501];
/** A cloud that does not deal with us now may do so tomorrow, and then it should know. */
export const NOT_NOW = [403];

type KnownShare = {
  siteId: string;
  resourceType: string;
  providerId: string;
  /** The OCM Address of whom it is with. */
  grantee: string;
  secretEncrypted: string | null;
};

/** An OCM Notification about a share that both clouds know, in the dialect of the other. */
export function describeNotification(
  { siteId, resourceType, providerId, grantee, secretEncrypted }: KnownShare,
  notificationType: string,
  notification: object = {},
): Description {
  const json = async (peer: DiscoveredProvider) => {
    const { provider: senderDomain } = await getSite(siteId);
    const newest = { notificationType, resourceType, providerId, senderDomain, grantee, notification };
    const secret = secretEncrypted && decryptSecret("share-secret", secretEncrypted);
    return dialectOf(peer).notification(newest, secret);
  };
  return { call: { to: "/notifications", json }, alsoDone: NOTHING_TO_TELL, notYet: NOT_NOW };
}
