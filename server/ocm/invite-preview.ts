import { InvitePreviewRequest, tellWhoInvites } from "@/lib/contacts/preview-invite";
import { ocmRoute } from "@/lib/http/ocm-route";
import { limit } from "@/lib/limits/limit";

export const POST = ocmRoute(InvitePreviewRequest, async ({ site, peer, body }) => {
  await limit({ siteId: site.id, key: `invite-preview:peer:${peer.provider}`, max: 60, seconds: 60 });
  return Response.json(await tellWhoInvites(site.id, body.token));
});
