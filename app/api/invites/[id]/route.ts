import { z } from "zod";
import { revokeInvite } from "@/lib/contacts/invites";
import { route } from "@/lib/http/route";

const Params = z.object({ id: z.string() });

export const DELETE = route({ params: Params }, async ({ user, params }) => {
  await revokeInvite(user, params.id);
  return new Response(null, { status: 204 });
});
