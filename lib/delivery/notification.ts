import { decryptSecret } from "@/lib/core/secrets";
import type { Description } from "@/lib/delivery/deliver";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { getSite } from "@/lib/sites/sites";
import { dialectOf } from "@/lib/trust/dialects/dialect";

/** The peer does not know the thing (any more), or not this kind of message: nothing is left to tell it. */
const NOTHING_TO_TELL = [400, 404, 501];
/** A cloud that does not deal with us now may do so tomorrow, and then it should know. */
export const NOT_NOW = [403];

/** So long a cloud may still be busy with what it was asked, when we did not hear its answer. */
const UNDER_WAY_MS = 300_000;

/** The end of a thing that may overtake its own beginning is unknown to the peer for now: it is told until that is there. */
export function untilBegun<End extends Description>(end: End, begunAt: Date): End {
  const mayOvertake = Date.now() - begunAt.getTime() < UNDER_WAY_MS;
  return mayOvertake ? { ...end, alsoDone: [], notYet: [...NOTHING_TO_TELL, ...NOT_NOW] } : end;
}

/** One whose words are made when the other cloud is known. */
type Notification = Description & { call: { json: (peer: DiscoveredProvider) => Promise<Record<string, unknown>> } };

type KnownThing = {
  siteId: string;
  resourceType: string;
  providerId: string;
  /** The OCM Address of whom it is with. */
  grantee: string;
  secretEncrypted: string | null;
};

/**
 * An OCM Notification about a share or a person that both clouds know, in the dialect of the other: with all that any
 * cloud looks for, since each ignores what it does not know. Only the secret goes to those alone that believe by it.
 */
export function describeNotification(
  { siteId, resourceType, providerId, grantee, secretEncrypted }: KnownThing,
  notificationType: string,
  notification: object = {},
): Notification {
  const json = async (peer: DiscoveredProvider) => {
    const { provider: senderDomain } = await getSite(siteId);
    const about = resourceType === "user" ? { grantee } : { grantee, file: { providerId } };
    const newest = {
      notificationType,
      resourceType,
      providerId,
      senderDomain,
      notification: { ...about, ...notification },
    };
    const secret = secretEncrypted && decryptSecret("share-secret", secretEncrypted);
    return dialectOf(peer).notification(newest, secret);
  };
  const ownErrors = (peer: DiscoveredProvider) => dialectOf(peer).ownErrors?.[notificationType] ?? {};
  return { call: { to: "/notifications", json, ownErrors }, alsoDone: NOTHING_TO_TELL, notYet: NOT_NOW };
}
