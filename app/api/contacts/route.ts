import { z } from "zod";
import { listContacts } from "@/lib/contacts/contacts";
import { route } from "@/lib/http/route";

const Query = z.object({
  search: z.string().max(200).optional(),
  after: z.string().max(1024).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});

export const GET = route({ scope: "shares", query: Query }, async ({ user, query }) =>
  Response.json(await listContacts(user, query)),
);
