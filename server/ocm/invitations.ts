import { ocmRoute } from "@/lib/http/ocm-route";
import { ShareInvitation } from "@/lib/protocol/ocm/wire";
import { receiveInvitation } from "@/lib/sharing/received/receive-share";

export const POST = ocmRoute(ShareInvitation, async ({ site, peer, body, remember }) =>
  Response.json(await receiveInvitation(site, peer, body, remember), { status: 201 }),
);
