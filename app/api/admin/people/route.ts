import { z } from "zod";
import { createPerson, listPeople } from "@/lib/admin/people";
import { route } from "@/lib/http/route";
import { CreatePersonInput } from "@/lib/identity/schema";

const Query = z.object({
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
  search: z.string().max(100).optional(),
});

export const GET = route({ admin: true, query: Query }, async ({ user, query }) =>
  Response.json(await listPeople(user, query)),
);

export const POST = route({ admin: true, body: CreatePersonInput }, async ({ user, body }) =>
  Response.json(await createPerson(user, body), { status: 201 }),
);
