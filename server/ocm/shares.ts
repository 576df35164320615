import { ocmRoute } from "@/lib/http/ocm-route";
import { parseOcmAddress } from "@/lib/protocol/ocm/address";
import { ShareCreationNotification } from "@/lib/protocol/ocm/wire";
import { receiveShare } from "@/lib/sharing/received/receive-share";

export const POST = ocmRoute(
  ShareCreationNotification,
  async ({ site, peer, body, remember }) =>
    Response.json(await receiveShare(site, peer, body, remember), { status: 201 }),
  { speaksFor: (_site, { sender }) => parseOcmAddress(sender).provider },
);
