import { z } from "zod";
import { db } from "@/lib/core/db";
import { conflict, invalid, isAppError, notFound } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { hashSecret } from "@/lib/core/secrets";
import { callProvider } from "@/lib/delivery/call-provider";
import { findInvite, type InviteParts } from "@/lib/protocol/ocm/invite-string";
import { findSpokenInvite } from "@/lib/protocol/ocm/spoken-invite";
import { cleanDisplayName } from "@/lib/protocol/ocm/text";
import { getSite } from "@/lib/sites/sites";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import { INVITE_KNOWN_AS, INVITE_PREVIEW } from "@/lib/trust/site-discovery";
import { DeadInvite, deadInvite } from "./dead-invite";
import { findLiveInvite, whyDead } from "./invites";
import type { InvitePreview } from "./schema";
import { askForWords } from "./spoken-invites";
import { viewContact } from "./view";

/** The messages of our extension. */
export const InvitePreviewRequest = z.object({ token: z.string().min(1).max(255) });
const InvitePreviewResponse = z.object({ displayName: z.string().max(1024).transform(cleanDisplayName) });
const InvitePreviewRefusal = z.object({ message: DeadInvite });

/**
 * Finds the invite in a pasted text, or of the words that were read aloud, and says from which cloud it comes, and from whom where that cloud tells.
 * Consumes nothing.
 *
 * @throws INVITE_NOT_IN_TEXT, INVITE_WORDS_WRONG and what `askForWords` throws, INVITE_IS_OWN, INVITE_OF_SAME_CLOUD, PROVIDER_NOT_TRUSTED; INVITE_USED, INVITE_EXPIRED,
 *   INVITE_REVOKED, INVITE_UNKNOWN where that cloud tells; what `discoverProvider` throws
 */
export async function previewInvite(user: UserPrincipal, text: string): Promise<InvitePreview> {
  const spoken = findSpokenInvite(text);
  const invite = spoken ? await askForWords(user, spoken) : findInvite(text);
  if (!invite) throw invalid("INVITE_NOT_IN_TEXT", "There is no invite in this text. Paste the whole link or code.");
  await requireForeign(user, invite);
  await requireAllowedProvider(user.siteId, invite.provider);
  const { name, capabilities } = await discoverProvider(user.siteId, invite.provider);
  const { isAnswered, connectedTo } = await findOwnAnswer(user, invite);
  const shown = { ...invite, providerName: name || null, connectedTo };
  if (connectedTo) return { ...shown, inviterName: null, maybeKnown: [] };

  const isTold = capabilities.includes(INVITE_PREVIEW);
  const answer = isTold ? await askWhoInvites(user.siteId, invite) : NOT_TOLD;
  // Used, but by us: its answer was lost, and saying yes again brings it.
  const isOurs = answer.dead === "INVITE_USED" && isAnswered;
  if (answer.dead && !isOurs) throw deadInvite(answer.dead);
  const isRecognised = capabilities.includes(INVITE_KNOWN_AS);
  const maybeKnown = isRecognised ? [] : await findNamesakes(user, invite.provider, answer.name);
  return { ...shown, inviterName: answer.name, maybeKnown };
}

/** A few contacts at a cloud: those of that name, or whoever they are while no name is told. */
async function findNamesakes({ siteId, userId }: UserPrincipal, provider: string, name: string | null) {
  const displayName = name === null ? undefined : { equals: name, mode: "insensitive" as const };
  const where = { siteId, userId, provider, removedAt: null, displayName };
  return (await db().contact.findMany({ where, orderBy: { id: "asc" }, take: 3 })).map(viewContact);
}

/** Whether the person has said yes to this invite before, and the contact that came of it. */
async function findOwnAnswer({ siteId, userId }: UserPrincipal, { token, provider }: InviteParts) {
  const key = { siteId, userId, provider, tokenHash: hashSecret("invite", token) };
  const accepted = await db().acceptedInvite.findUnique({ where: { siteId_userId_provider_tokenHash: key } });
  if (!accepted) return { isAnswered: false, connectedTo: null };
  const { ourIdentifier } = accepted;
  const contact = await db().contact.findFirst({ where: { siteId, userId, provider, ourIdentifier, removedAt: null } });
  return { isAnswered: true, connectedTo: contact && viewContact(contact) };
}

/**
 * Refuses an invite that was made on the person's own cloud.
 *
 * @throws INVITE_IS_OWN, INVITE_OF_SAME_CLOUD
 */
export async function requireForeign({ siteId, userId }: UserPrincipal, { token, provider }: InviteParts) {
  const site = await getSite(siteId);
  if (provider !== site.provider) return;
  const hash = hashSecret("invite", token);
  const invite = await db().invite.findFirst({
    where: { siteId, inviterId: userId, OR: [{ tokenHash: hash }, { spentTokenHash: hash }] },
  });
  if (invite) {
    throw conflict("INVITE_IS_OWN", "This is your own invite. Send it to the person whom you want to invite.");
  }
  const how = site.showsSitePeople ? "type the name" : "paste the cloud address, which is in that person’s settings,";
  throw conflict(
    "INVITE_OF_SAME_CLOUD",
    `This invite was made on your own cloud, where you need none: ${how} in the share box.`,
  );
}

type WhoInvites = { name: string | null; dead: DeadInvite | null };
const NOT_TOLD: WhoInvites = { name: null, dead: null };

/** Without an answer the cloud alone is shown: the name is a courtesy. */
async function askWhoInvites(siteId: string, { token, provider }: InviteParts): Promise<WhoInvites> {
  try {
    const call = { to: "/invite-preview", json: { token } };
    const { status, json } = await callProvider(await getSite(siteId), provider, call);
    const name = status === 200 ? InvitePreviewResponse.safeParse(json).data?.displayName : null;
    const dead = status === 404 ? InvitePreviewRefusal.safeParse(json).data?.message : null;
    return { name: name || null, dead: dead ?? null };
  } catch (error) {
    if (isAppError(error)) return NOT_TOLD;
    throw error;
  }
}

/**
 * Tells another cloud who made an invite of ours: a display name, or what became of the invite.
 *
 * @throws INVITE_USED, INVITE_EXPIRED, INVITE_REVOKED, INVITE_UNKNOWN (404)
 * @see FEDERATION.md, "Extension: who invites"
 */
export async function tellWhoInvites(siteId: string, token: string): Promise<{ displayName: string }> {
  const invite = await findLiveInvite(db(), siteId, token);
  if (!invite) throw notFound(await whyDead(siteId, token), "This invite opens nothing.");
  return { displayName: invite.inviter.displayName };
}
