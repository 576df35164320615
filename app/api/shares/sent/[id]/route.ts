import { z } from "zod";
import { route } from "@/lib/http/route";
import { UpdateSentShareInput } from "@/lib/sharing/schema";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";

const Params = z.object({ id: z.string() });

export const PATCH = route(
  { scope: "shares", params: Params, body: UpdateSentShareInput },
  async ({ user, params, body }) => Response.json(await updateSentShare(user, params.id, body)),
);

export const DELETE = route({ scope: "shares", params: Params }, async ({ user, params }) =>
  Response.json(await revokeShare(user, params.id)),
);
