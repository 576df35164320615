import { z } from "zod";
import { listVersions } from "@/lib/files/versions";
import { route } from "@/lib/http/route";

export const GET = route({ scope: "files", params: z.object({ id: z.uuid() }) }, async ({ user, params }) =>
  Response.json(await listVersions(user, params.id)),
);
