import { z } from "zod";
import { route } from "@/lib/http/route";
import { retryShare } from "@/lib/sharing/sent/update-sent-share";

const Params = z.object({ id: z.string() });

export const POST = route({ params: Params, limit: { max: 10, seconds: 60 } }, async ({ user, params }) =>
  Response.json(await retryShare(user, params.id)),
);
