import { z } from "zod";
import { remoteShareObject } from "@/app/ocs/share-object";
import { ocsRoute } from "@/lib/http/ocs-route";
import { leaveShare } from "@/lib/sharing/received/answer-share";
import { getReceivedShare, noSuchOffer } from "@/lib/sharing/received/received-shares";

const Params = z.object({ id: z.string() });

export const GET = ocsRoute({ params: Params }, async ({ user, site, params }) => {
  const share = await getReceivedShare(user, params.id);
  if (share.state !== "pending" && share.state !== "accepted") throw noSuchOffer();
  return remoteShareObject(user, site.origin, share);
});

export const DELETE = ocsRoute({ params: Params }, async ({ user, params }) => {
  await leaveShare(user, params.id);
  return [];
});
