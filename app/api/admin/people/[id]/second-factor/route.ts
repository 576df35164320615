import { z } from "zod";
import { resetSecondFactor } from "@/lib/admin/people";
import { route } from "@/lib/http/route";

const Params = z.object({ id: z.string() });

export const DELETE = route({ admin: true, params: Params }, async ({ user, params }) => {
  await resetSecondFactor(user, params.id);
  return new Response(null, { status: 204 });
});
