import { ocmRoute } from "@/lib/http/ocm-route";
import { ShareCreationNotification } from "@/lib/protocol/ocm/wire";
import { receiveShare } from "@/lib/sharing/received/receive-share";

export const POST = ocmRoute(ShareCreationNotification, async ({ site, peer, body, remember }) =>
  Response.json(await receiveShare(site, peer.provider, body, remember), { status: 201 }),
);
