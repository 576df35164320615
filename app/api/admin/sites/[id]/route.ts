import { z } from "zod";
import { setSiteDisabled } from "@/lib/admin/sites";
import { route } from "@/lib/http/route";
import { UpdateSiteInput } from "@/lib/sites/schema";

const Params = z.object({ id: z.string() });

export const PATCH = route({ admin: true, params: Params, body: UpdateSiteInput }, async ({ user, params, body }) =>
  Response.json(await setSiteDisabled(user, params.id, body.isDisabled)),
);
