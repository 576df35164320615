import { z } from "zod";
import { route } from "@/lib/http/route";
import { blockSender } from "@/lib/sharing/received/blocked-senders";
import { BlockSenderInput } from "@/lib/sharing/schema";

const Params = z.object({ id: z.string() });

export const POST = route({ params: Params, body: BlockSenderInput }, async ({ user, params, body }) => {
  await blockSender(user, params.id, body);
  return new Response(null, { status: 204 });
});
