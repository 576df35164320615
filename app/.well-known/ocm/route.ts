import { route } from "@/lib/http/route";
import { describeSite } from "@/lib/trust/site-discovery";

export const GET = route({ public: true }, async ({ site, request }) =>
  Response.json(await describeSite(site, request.headers.get("user-agent")), {
    headers: { "cache-control": "public, max-age=60", vary: "user-agent" },
  }),
);
