import { z } from "zod";
import { mailInvite } from "@/lib/contacts/invites";
import { MailInviteInput } from "@/lib/contacts/schema";
import { route } from "@/lib/http/route";

const Params = z.object({ id: z.string() });
const limit = { name: "invite-mail", max: 50, seconds: 3600 };

export const POST = route(
  { scope: "shares", params: Params, body: MailInviteInput, limit },
  async ({ user, params, body }) => {
    await mailInvite(user, params.id, body.to);
    return new Response(null, { status: 204 });
  },
);
