import type { z } from "zod";
import { decryptSecret } from "@/lib/core/secrets";
import { encodeInvite, inviteLink } from "@/lib/protocol/ocm/invite-string";
import type { Contact, Invite } from "@/prisma/generated/client";
import { ContactView, type InviteState, InviteView } from "./schema";

export type InviteRow = Invite & { usedBy: Contact | null };
export type InvitingSite = { origin: string; provider: string; name: string };

type ContactColumns = Omit<ContactView, "createdAt" | "isVerified"> & Pick<Contact, "createdAt" | "verifiedAs">;

/** Of what a person keeps about another one, what he sees. */
export function viewContact(row: ContactColumns): ContactView {
  return ContactView.parse({ ...row, isVerified: row.verifiedAs !== null, createdAt: row.createdAt.toISOString() });
}

/** An invite as its inviter sees it: with what can be sent only while it waits. */
export function viewInvite(row: InviteRow, site: InvitingSite, inviterName: string): InviteView {
  const state = stateOfInvite(row);
  const { usedBy } = row;
  return InviteView.parse({
    ...row,
    state,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    usedBy: usedBy && { contactId: usedBy.id, displayName: usedBy.displayName, provider: usedBy.provider },
    invitation:
      state === "waiting" && row.tokenEncrypted
        ? writeInvitation(decryptSecret("invite", row.tokenEncrypted), row.expiresAt, site, inviterName)
        : null,
  });
}

function stateOfInvite({ usedAt, revokedAt, expiresAt }: Invite): z.infer<typeof InviteState> {
  if (usedAt) return "used";
  if (revokedAt) return "revoked";
  return expiresAt <= new Date() ? "expired" : "waiting";
}

function writeInvitation(token: string, expiresAt: Date, site: InvitingSite, inviterName: string) {
  const link = inviteLink(`${site.origin}/invite`, token);
  const code = encodeInvite({ token, provider: site.provider });
  const until = expiresAt.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
  const mailText = [
    `${inviterName} would like to share files with you, from ${site.name} (${site.provider}).`,
    "Open this link and say which cloud is yours:",
    link,
    "Or paste this code where your cloud asks for an invite:",
    code,
    `The invite can be used once, until ${until}.`,
  ].join("\n\n");
  return { link, code, mailText };
}
