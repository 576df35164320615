import { z } from "zod";
import { revokeInvite, updateInvite } from "@/lib/contacts/invites";
import { UpdateInviteInput } from "@/lib/contacts/schema";
import { route } from "@/lib/http/route";

const Params = z.object({ id: z.string() });

export const PATCH = route(
  { scope: "shares", params: Params, body: UpdateInviteInput },
  async ({ user, params, body }) => Response.json(await updateInvite(user, params.id, body)),
);

export const DELETE = route({ scope: "shares", params: Params }, async ({ user, params }) => {
  await revokeInvite(user, params.id);
  return new Response(null, { status: 204 });
});
