import { ocmRoute } from "@/lib/http/ocm-route";
import { ShareRequestMessage } from "@/lib/protocol/ocm/wire";
import { receiveShareRequest } from "@/lib/sharing/requests/receive-share-request";

export const POST = ocmRoute(ShareRequestMessage, async ({ site, peer, body, remember }) => {
  await receiveShareRequest(site, peer, body, remember);
  return Response.json({}, { status: 201 });
});
