import { z } from "zod";
import { getContactWithShares } from "@/lib/contacts/contacts";
import { removeContact } from "@/lib/contacts/remove-contact";
import { UpdateContactInput } from "@/lib/contacts/schema";
import { updateContact } from "@/lib/contacts/update-contact";
import { route } from "@/lib/http/route";

const Params = z.object({ id: z.string() });

export const GET = route({ scope: "shares", params: Params }, async ({ user, params }) =>
  Response.json(await getContactWithShares(user, params.id)),
);

export const PATCH = route(
  { scope: "shares", params: Params, body: UpdateContactInput },
  async ({ user, params, body }) => Response.json(await updateContact(user, params.id, body)),
);

export const DELETE = route({ scope: "shares", params: Params }, async ({ user, params }) => {
  await removeContact(user, params.id);
  return new Response(null, { status: 204 });
});
