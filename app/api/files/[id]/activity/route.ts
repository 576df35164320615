import { z } from "zod";
import { getActivity } from "@/lib/drive/activity";
import { route } from "@/lib/http/route";

export const GET = route({ scope: "files", params: z.object({ id: z.uuid() }) }, async ({ user, params }) =>
  Response.json(await getActivity(user, params.id)),
);
