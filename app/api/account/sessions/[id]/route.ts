import { z } from "zod";
import { route } from "@/lib/http/route";
import { endSession } from "@/lib/identity/sessions";

const Params = z.object({ id: z.string() });

export const DELETE = route({ params: Params }, async ({ user, params }) => {
  await endSession(user, params.id);
  return new Response(null, { status: 204 });
});
