import type { InviteView } from "@/lib/contacts/schema";

/** An invite that waits, as the sciencemesh API gives it; null once it opens nothing. */
export function inviteToken({ note, expiresAt, invitation }: InviteView) {
  if (!invitation) return null;
  return {
    token: new URL(invitation.link).searchParams.get("token"),
    description: note,
    expiration: Math.floor(Date.parse(expiresAt) / 1000),
    invite_link: invitation.link,
  };
}
