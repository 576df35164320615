import { z } from "zod";
import { TrashedIds } from "@/lib/files/schema";
import { deleteForGood, listTrash } from "@/lib/files/trash";
import { route } from "@/lib/http/route";
import { announce } from "@/lib/notices/announce";

const Query = z.object({
  after: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
});

export const GET = route({ query: Query }, async ({ user, query }) => Response.json(await listTrash(user, query)));

export const DELETE = route({ body: TrashedIds }, async ({ user, body }) => {
  await deleteForGood(user, body.ids);
  announce(user);
  return new Response(null, { status: 204 });
});
