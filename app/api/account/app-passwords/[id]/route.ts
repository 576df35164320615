import { z } from "zod";
import { route } from "@/lib/http/route";
import { revokeAppPassword } from "@/lib/identity/app-passwords";

const Params = z.object({ id: z.string() });

export const DELETE = route({ params: Params }, async ({ user, params }) => {
  await revokeAppPassword(user, params.id);
  return new Response(null, { status: 204 });
});
