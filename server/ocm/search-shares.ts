import { db } from "@/lib/core/db";
import { ocmRoute } from "@/lib/http/ocm-route";
import { limit } from "@/lib/limits/limit";
import { answerSearch } from "@/lib/sharing/search/answer-search";
import { ShareSearchRequest } from "@/lib/sharing/search/messages";

export const POST = ocmRoute(ShareSearchRequest, async ({ site, peer, body, remember }) => {
  await limit({ siteId: site.id, key: `search-shares:peer:${peer.provider}`, max: 300, seconds: 60 });
  // What is found is nothing to keep for a repetition: that finds nothing.
  await remember(db(), { status: 200, body: { results: [] } });
  const answer = await answerSearch(site.id, peer.provider, body);
  return Response.json(answer, { headers: { "cache-control": "no-store" } });
});
