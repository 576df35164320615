import { setUp } from "@/lib/admin/set-up";
import { route } from "@/lib/http/route";
import { SetUpInput } from "@/lib/identity/schema";

export const POST = route({ public: true, body: SetUpInput }, async ({ site, body, address }) => {
  await setUp(site.id, body, address);
  return new Response(null, { status: 204 });
});
