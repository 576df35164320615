import { z } from "zod";
import { route } from "@/lib/http/route";
import { markNoticesRead } from "@/lib/notices/notices";

const Body = z.object({ ids: z.array(z.uuid()).max(500).optional() });

export const POST = route({ body: Body }, async ({ user, body }) => {
  await markNoticesRead(user, body.ids);
  return new Response(null, { status: 204 });
});
