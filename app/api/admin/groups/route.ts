import { z } from "zod";
import { createGroup, listGroups } from "@/lib/admin/groups";
import { route } from "@/lib/http/route";
import { GroupInput } from "@/lib/identity/schema";

const Query = z.object({
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
  search: z.string().max(100).optional(),
});

export const GET = route({ admin: true, query: Query }, async ({ user, query }) =>
  Response.json(await listGroups(user, query)),
);

export const POST = route({ admin: true, body: GroupInput }, async ({ user, body }) =>
  Response.json(await createGroup(user, body.name), { status: 201 }),
);
