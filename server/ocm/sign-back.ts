import { SignBackRequest, signBack } from "@/lib/delivery/sign-back";
import { ocmRoute } from "@/lib/http/ocm-route";
import { limit } from "@/lib/limits/limit";

/** Each makes this server ask another one: few from one cloud, and not many altogether. */
const PER_PEER = { max: 10, seconds: 600 };
const PER_SITE = { max: 60, seconds: 600 };

export const POST = ocmRoute(SignBackRequest, async ({ site, peer, body }) => {
  await limit({ siteId: site.id, key: `sign-back:peer:${peer.provider}`, ...PER_PEER });
  await limit({ siteId: site.id, key: "sign-back", ...PER_SITE });
  return Response.json(await signBack(site, peer.provider, body.challenge));
});
