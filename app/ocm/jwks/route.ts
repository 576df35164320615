import { route } from "@/lib/http/route";
import { publicJwks } from "@/lib/sites/keys";

export const GET = route({ public: true }, async ({ site }) =>
  Response.json(await publicJwks(site.id), { headers: { "cache-control": "public, max-age=60" } }),
);
