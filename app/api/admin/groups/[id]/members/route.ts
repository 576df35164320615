import { z } from "zod";
import { listMembers } from "@/lib/admin/groups";
import { route } from "@/lib/http/route";

const Params = z.object({ id: z.string() });
const Query = z.object({
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
});

export const GET = route({ admin: true, params: Params, query: Query }, async ({ user, params, query }) =>
  Response.json(await listMembers(user, params.id, query)),
);
