import { z } from "zod";
import { route } from "@/lib/http/route";
import { addProvider, listProviders } from "@/lib/trust/providers";
import { AddProviderInput } from "@/lib/trust/schema";

const Query = z.object({
  after: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
  search: z.string().max(300).optional(),
});

export const GET = route({ admin: true, query: Query }, async ({ user, query }) =>
  Response.json(await listProviders(user, query)),
);

export const POST = route({ admin: true, body: AddProviderInput }, async ({ user, body }) =>
  Response.json(await addProvider(user, body), { status: 201 }),
);
