import { route } from "@/lib/http/route";
import { listBlockedSenders, unblockSender } from "@/lib/sharing/received/blocked-senders";
import { UnblockInput } from "@/lib/sharing/schema";

export const GET = route({}, async ({ user }) => Response.json(await listBlockedSenders(user)));

export const DELETE = route({ body: UnblockInput }, async ({ user, body }) => {
  await unblockSender(user, body);
  return new Response(null, { status: 204 });
});
