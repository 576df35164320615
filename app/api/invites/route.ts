import { z } from "zod";
import { createInvite, listInvites } from "@/lib/contacts/invites";
import { CreateInviteInput } from "@/lib/contacts/schema";
import { route } from "@/lib/http/route";

const Query = z.object({ after: z.uuid().optional(), limit: z.coerce.number().int().min(1).max(200).optional() });

export const GET = route({ scope: "shares", query: Query }, async ({ user, query }) =>
  Response.json(await listInvites(user, query)),
);

export const POST = route({ scope: "shares", body: CreateInviteInput }, async ({ user, body }) =>
  Response.json(await createInvite(user, body), { status: 201 }),
);
