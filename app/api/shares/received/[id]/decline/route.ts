import { z } from "zod";
import { route } from "@/lib/http/route";
import { declineShare } from "@/lib/sharing/received/answer-share";

const Params = z.object({ id: z.string() });

export const POST = route({ scope: "shares", params: Params }, async ({ user, params }) =>
  Response.json(await declineShare(user, params.id)),
);
