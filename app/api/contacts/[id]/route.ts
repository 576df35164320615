import { z } from "zod";
import { getContactWithShares, removeContact } from "@/lib/contacts/contacts";
import { route } from "@/lib/http/route";

const Params = z.object({ id: z.string() });

export const GET = route({ scope: "shares", params: Params }, async ({ user, params }) =>
  Response.json(await getContactWithShares(user, params.id)),
);

export const DELETE = route({ scope: "shares", params: Params }, async ({ user, params }) => {
  await removeContact(user, params.id);
  return new Response(null, { status: 204 });
});
