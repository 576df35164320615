import { z } from "zod";
import { route } from "@/lib/http/route";
import { endReshare, updateReshare } from "@/lib/sharing/received/reshares";
import { UpdateReshareInput } from "@/lib/sharing/schema";

const Params = z
  .object({ id: z.string(), reshareId: z.string() })
  .transform(({ id: receivedShareId, reshareId }) => ({ receivedShareId, reshareId }));

export const PATCH = route(
  { scope: "shares", params: Params, body: UpdateReshareInput },
  async ({ user, params, body }) => Response.json(await updateReshare(user, params, body.role)),
);

export const DELETE = route({ scope: "shares", params: Params }, async ({ user, params }) => {
  await endReshare(user, params);
  return new Response(null, { status: 204 });
});
