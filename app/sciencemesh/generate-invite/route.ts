import { z } from "zod";
import { inviteToken } from "@/app/sciencemesh/invite-token";
import { createInvite, mailInvite } from "@/lib/contacts/invites";
import { CreateInviteInput, MailInviteInput } from "@/lib/contacts/schema";
import { hasCode } from "@/lib/core/errors";
import { meshRoute } from "@/lib/http/mesh-route";

const Body = z.object({
  description: CreateInviteInput.shape.note,
  recipient: z.union([z.literal(""), MailInviteInput.shape.to]).optional(),
});

export const POST = meshRoute({ body: Body }, async ({ user, body: { description, recipient } }) => {
  const invite = await createInvite(user, { note: description });
  if (recipient) {
    await mailInvite(user, invite.id, recipient).catch((error) => {
      // A cloud without a mail server sends nothing: whoever asked holds the link.
      if (!hasCode(error, "MAIL_NOT_CONFIGURED")) throw error;
    });
  }
  return Response.json(inviteToken(invite), { headers: { "cache-control": "no-store" } });
});
