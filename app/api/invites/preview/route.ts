import { previewInvite } from "@/lib/contacts/preview-invite";
import { PreviewInviteInput } from "@/lib/contacts/schema";
import { route } from "@/lib/http/route";

const limit = { name: "invite-preview", max: 30, seconds: 60 };

export const POST = route({ scope: "shares", body: PreviewInviteInput, limit }, async ({ user, body }) =>
  Response.json(await previewInvite(user, body.text)),
);
