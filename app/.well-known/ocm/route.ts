import { route } from "@/lib/http/route";
import { describeSite } from "@/lib/trust/site-discovery";

export const GET = route({ public: true }, async ({ site }) =>
  Response.json(describeSite(site), { headers: { "cache-control": "public, max-age=60" } }),
);
