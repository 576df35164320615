import { z } from "zod";
import { route } from "@/lib/http/route";
import { retryAnswer } from "@/lib/sharing/received/answer-share";

const Params = z.object({ id: z.string() });
const limit = { name: "share-retry", max: 30, seconds: 60 };

export const POST = route({ scope: "shares", params: Params, limit }, async ({ user, params }) =>
  Response.json(await retryAnswer(user, params.id)),
);
