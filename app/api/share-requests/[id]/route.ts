import { z } from "zod";
import { route } from "@/lib/http/route";
import { answerShareRequest } from "@/lib/sharing/requests/share-requests";
import { AnswerRequestInput } from "@/lib/sharing/schema";

const Params = z.object({ id: z.string() });

export const PATCH = route(
  { scope: "shares", params: Params, body: AnswerRequestInput },
  async ({ user, params, body }) => {
    await answerShareRequest(user, params.id, body.isGranted);
    return new Response(null, { status: 204 });
  },
);
