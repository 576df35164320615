import { z } from "zod";
import { updatePerson } from "@/lib/admin/people";
import { route } from "@/lib/http/route";
import { UpdatePersonInput } from "@/lib/identity/schema";

const Params = z.object({ id: z.string() });

export const PATCH = route({ admin: true, params: Params, body: UpdatePersonInput }, async ({ user, params, body }) =>
  Response.json(await updatePerson(user, params.id, body)),
);
