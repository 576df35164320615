import { z } from "zod";
import { deleteGroup, renameGroup } from "@/lib/admin/groups";
import { route } from "@/lib/http/route";
import { GroupInput } from "@/lib/identity/schema";

const Params = z.object({ id: z.string() });

export const PATCH = route({ admin: true, params: Params, body: GroupInput }, async ({ user, params, body }) =>
  Response.json(await renameGroup(user, params.id, body.name)),
);

export const DELETE = route({ admin: true, params: Params }, async ({ user, params }) => {
  await deleteGroup(user, params.id);
  return new Response(null, { status: 204 });
});
