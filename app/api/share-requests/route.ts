import { route } from "@/lib/http/route";
import { askForShare } from "@/lib/sharing/requests/ask-for-share";
import { listShareRequests } from "@/lib/sharing/requests/share-requests";
import { AskForShareInput } from "@/lib/sharing/schema";

export const GET = route({ scope: "shares" }, async ({ user }) => Response.json(await listShareRequests(user)));

export const POST = route({ scope: "shares", body: AskForShareInput }, async ({ user, body }) => {
  await askForShare(user, body);
  return new Response(null, { status: 204 });
});
