import { proofFor, SignBackRequest } from "@/lib/delivery/sign-back";
import { ocmRoute } from "@/lib/http/ocm-route";

export const POST = ocmRoute(SignBackRequest, async ({ site, peer, body }) =>
  Response.json({ proof: proofFor(site, peer.provider, body.challenge) }),
);
