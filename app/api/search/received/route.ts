import { SearchQuery } from "@/lib/files/schema";
import { route } from "@/lib/http/route";
import { jsonLines, streamText } from "@/lib/http/stream-text";
import { searchReceived } from "@/lib/sharing/search/search-received";

/** Each may ask many clouds. */
const SEARCHES = { name: "search-received", max: 60, seconds: 60 };

export const GET = route({ scope: "files", query: SearchQuery, limit: SEARCHES }, async ({ user, query }) =>
  streamText(jsonLines(searchReceived(user, query)), { "content-type": "application/x-ndjson" }),
);
