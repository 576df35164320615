import { z } from "zod";
import { route } from "@/lib/http/route";
import { leaveShare } from "@/lib/sharing/received/answer-share";

const Params = z.object({ id: z.string() });

export const DELETE = route({ scope: "shares", params: Params }, async ({ user, params }) =>
  Response.json(await leaveShare(user, params.id)),
);
