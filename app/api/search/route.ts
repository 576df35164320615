import { SearchQuery } from "@/lib/files/schema";
import { searchFiles } from "@/lib/files/search/search-files";
import { route } from "@/lib/http/route";

/** Somebody who types fast, on several screens. */
const SEARCHES = { name: "search", max: 300, seconds: 60 };

export const GET = route({ scope: "files", query: SearchQuery, limit: SEARCHES }, async ({ user, query }) =>
  Response.json(await searchFiles(user, query)),
);
