import { z } from "zod";
import { retryOne } from "@/lib/admin/steer-deliveries";
import { route } from "@/lib/http/route";

export const POST = route({ admin: true, params: z.object({ id: z.string() }) }, async ({ user, params }) => {
  await retryOne(user, params.id);
  return new Response(null, { status: 204 });
});
