import { z } from "zod";
import { db } from "@/lib/core/db";
import { conflict, invalid, isAppError, notFound } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { hashSecret } from "@/lib/core/secrets";
import { callProvider } from "@/lib/delivery/call-provider";
import { findInvite, type InviteParts } from "@/lib/protocol/ocm/invite-string";
import { cleanDisplayName } from "@/lib/protocol/ocm/text";
import { getSite } from "@/lib/sites/sites";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import { INVITE_PREVIEW } from "@/lib/trust/site-discovery";
import { findLiveInvite } from "./invites";
import type { InvitePreview } from "./schema";

/** The messages of our extension. */
export const InvitePreviewRequest = z.object({ token: z.string().min(1).max(255) });
const InvitePreviewResponse = z.object({ displayName: z.string().max(1024).transform(cleanDisplayName) });

/**
 * Finds the invite in a pasted text and says from which cloud it comes, and from whom where that cloud tells.
 * Consumes nothing.
 *
 * @throws INVITE_NOT_IN_TEXT, INVITE_IS_OWN, INVITE_OF_SAME_CLOUD, PROVIDER_NOT_TRUSTED; what `discoverProvider` throws
 */
export async function previewInvite(user: UserPrincipal, text: string): Promise<InvitePreview> {
  const invite = findInvite(text);
  if (!invite) throw invalid("INVITE_NOT_IN_TEXT", "There is no invite in this text. Paste the whole link or code.");
  await requireForeign(user, invite);
  await requireAllowedProvider(user.siteId, invite.provider);
  const { name, capabilities } = await discoverProvider(user.siteId, invite.provider);
  const inviterName = capabilities.includes(INVITE_PREVIEW) ? await askWhoInvites(user.siteId, invite) : null;
  return { ...invite, providerName: name || null, inviterName };
}

/**
 * Refuses an invite that was made on the person's own cloud.
 *
 * @throws INVITE_IS_OWN, INVITE_OF_SAME_CLOUD
 */
export async function requireForeign({ siteId, userId }: UserPrincipal, { token, provider }: InviteParts) {
  if (provider !== (await getSite(siteId)).provider) return;
  const hash = hashSecret("invite", token);
  const invite = await db().invite.findFirst({
    where: { siteId, inviterId: userId, OR: [{ tokenHash: hash }, { spentTokenHash: hash }] },
  });
  if (invite)
    throw conflict("INVITE_IS_OWN", "This is your own invite. Send it to the person whom you want to invite.");
  throw conflict("INVITE_OF_SAME_CLOUD", "This invite was made on your own cloud. Its people can share without one.");
}

/** Without an answer the cloud alone is shown: the name is a courtesy. */
async function askWhoInvites(siteId: string, { token, provider }: InviteParts): Promise<string | null> {
  try {
    const call = { to: "/invite-preview", json: { token } };
    const { status, json } = await callProvider(await getSite(siteId), provider, call);
    const answer = InvitePreviewResponse.safeParse(json);
    return status === 200 && answer.success ? answer.data.displayName || null : null;
  } catch (error) {
    if (isAppError(error)) return null;
    throw error;
  }
}

/**
 * Tells another cloud who made an invite of ours: a display name, and the same refusal whatever is wrong with the token.
 *
 * @throws INVITE_UNKNOWN (404)
 * @see FEDERATION.md, "Extension: who invites"
 */
export async function tellWhoInvites(siteId: string, token: string): Promise<{ displayName: string }> {
  const invite = await findLiveInvite(db(), siteId, token);
  if (!invite) throw notFound("INVITE_UNKNOWN", "There is no such invite.");
  return { displayName: invite.inviter.displayName };
}
