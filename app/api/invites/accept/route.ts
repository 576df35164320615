import { acceptInvite } from "@/lib/contacts/accept-invite";
import { AcceptInviteInput } from "@/lib/contacts/schema";
import { INVITES_ACCEPTED } from "@/lib/http/limits";
import { route } from "@/lib/http/route";

export const POST = route(
  { scope: "shares", body: AcceptInviteInput, limit: INVITES_ACCEPTED },
  async ({ user, body }) => {
    const accepted = await acceptInvite(user, body);
    return Response.json(accepted, { status: accepted.wasConnected ? 200 : 201 });
  },
);
