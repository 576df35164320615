import { z } from "zod";
import { route } from "@/lib/http/route";
import { listReshares, reshare } from "@/lib/sharing/received/reshares";
import { ReshareInput } from "@/lib/sharing/schema";

const Params = z.object({ id: z.string() });

export const GET = route({ scope: "shares", params: Params }, async ({ user, params }) =>
  Response.json(await listReshares(user, params.id)),
);

export const POST = route({ scope: "shares", params: Params, body: ReshareInput }, async ({ user, params, body }) =>
  Response.json(await reshare(user, params.id, body), { status: 201 }),
);
