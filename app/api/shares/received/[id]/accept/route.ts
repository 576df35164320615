import { z } from "zod";
import { route } from "@/lib/http/route";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { AcceptShareInput } from "@/lib/sharing/schema";

const Params = z.object({ id: z.string() });

export const POST = route({ scope: "shares", params: Params, body: AcceptShareInput }, async ({ user, params, body }) =>
  Response.json(await acceptShare(user, params.id, body)),
);
