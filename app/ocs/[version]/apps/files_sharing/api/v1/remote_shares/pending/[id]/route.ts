import { z } from "zod";
import { ocsRoute } from "@/lib/http/ocs-route";
import { acceptShare, declineShare } from "@/lib/sharing/received/answer-share";

const Params = z.object({ id: z.string() });

export const POST = ocsRoute({ params: Params }, async ({ user, params }) => {
  await acceptShare(user, params.id);
  return [];
});

export const DELETE = ocsRoute({ params: Params }, async ({ user, params }) => {
  await declineShare(user, params.id);
  return [];
});
