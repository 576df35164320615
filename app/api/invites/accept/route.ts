import { acceptInvite } from "@/lib/contacts/accept-invite";
import { AcceptInviteInput } from "@/lib/contacts/schema";
import { route } from "@/lib/http/route";

const limit = { name: "invite-accept", max: 30, seconds: 60 };

export const POST = route({ body: AcceptInviteInput, limit }, async ({ user, body }) =>
  Response.json(await acceptInvite(user, body), { status: 201 }),
);
