import { receiveAcceptance } from "@/lib/contacts/receive-acceptance";
import { ocmRoute, requireSigner } from "@/lib/http/ocm-route";
import { InviteAcceptedRequest } from "@/lib/protocol/ocm/wire";

export const POST = ocmRoute(
  InviteAcceptedRequest,
  async ({ site, peer, body, remember }) => {
    requireSigner(peer, body.recipientProvider);
    const answer = await receiveAcceptance(site.id, peer, body, remember);
    return Response.json(answer.body, { status: answer.status });
  },
  // Whoever holds the token was given it; of where he says that he is there is no proof.
  { speaksFor: (_site, { recipientProvider }) => recipientProvider, shown: "token" },
);
