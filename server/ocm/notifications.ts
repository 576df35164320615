import { ocmRoute } from "@/lib/http/ocm-route";
import { OcmNotification } from "@/lib/protocol/ocm/wire";
import { partyOfSecret } from "@/lib/sharing/party-of-secret";
import { receiveNotification } from "@/lib/sharing/receive-notification";

export const POST = ocmRoute(
  OcmNotification,
  async ({ site, peer, body, remember }) => {
    const answer = await receiveNotification(site, peer, body, remember);
    return Response.json(answer, { status: 201 });
  },
  { speaksFor: (site, body) => partyOfSecret(site.id, body), shown: "secret" },
);
