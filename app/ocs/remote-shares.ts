import { remoteShareObject } from "@/app/ocs/share-object";
import type { UserPrincipal } from "@/lib/core/principal";
import { allPages } from "@/lib/http/all-pages";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import type { ReceivedShareView } from "@/lib/sharing/schema";
import type { Site } from "@/lib/sites/sites";

/** What a person was given, as remote shares: the offers that wait, or what was accepted. */
export async function listRemoteShares(user: UserPrincipal, site: Site, state: "pending" | "accepted") {
  const received = await allPages<ReceivedShareView>((page) => listReceivedShares(user, page));
  const those = received.filter((share) => share.state === state);
  return those.map((share) => remoteShareObject(user, site.origin, share));
}
