import { z } from "zod";
import { setMember } from "@/lib/admin/groups";
import { route } from "@/lib/http/route";

const Params = z.object({ id: z.string(), userId: z.string() });

export const PUT = route({ admin: true, params: Params }, async ({ user, params }) =>
  Response.json(await setMember(user, params.id, params.userId, true)),
);

export const DELETE = route({ admin: true, params: Params }, async ({ user, params }) =>
  Response.json(await setMember(user, params.id, params.userId, false)),
);
