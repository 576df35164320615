import { z } from "zod";
import { ocmRoute } from "@/lib/http/ocm-route";
import { acceptInvitation, rejectInvitation } from "@/lib/sharing/sent/answer-invitation";

/** `/ocm/shares/{id}/accept` and `…/reject`; the id is the `providerId` of the share. */
export const ANSWER_PATH = /^\/ocm\/shares\/([^/]+)\/(accept|reject)$/;
/** The path says it all. */
const Nothing = z.object({});

export const POST = ocmRoute(Nothing, async ({ site, peer, remember, request }) => {
  const [, id = "", verb] = ANSWER_PATH.exec(new URL(request.url).pathname) ?? [];
  if (verb === "accept") {
    const { status, body } = await acceptInvitation(site, peer, id, remember);
    return Response.json(body, { status, headers: { "cache-control": "no-store" } });
  }
  await rejectInvitation(site, peer, id, remember);
  return Response.json({});
});
