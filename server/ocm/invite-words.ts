import { InviteWordsRequest, resolveWords } from "@/lib/contacts/spoken-invites";
import { ocmRoute } from "@/lib/http/ocm-route";

export const POST = ocmRoute(InviteWordsRequest, async ({ site, peer, body, address }) => {
  const answer = await resolveWords(site.id, { provider: peer.provider, address }, body.words);
  return Response.json(answer, { headers: { "cache-control": "no-store" } });
});
