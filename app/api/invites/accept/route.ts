import { acceptInvite } from "@/lib/contacts/accept-invite";
import { AcceptInviteInput } from "@/lib/contacts/schema";
import { route } from "@/lib/http/route";

const limit = { name: "invite-accept", max: 30, seconds: 60 };

export const POST = route({ scope: "shares", body: AcceptInviteInput, limit }, async ({ user, body }) => {
  const accepted = await acceptInvite(user, body);
  return Response.json(accepted, { status: accepted.wasConnected ? 200 : 201 });
});
