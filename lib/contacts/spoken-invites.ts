import { z } from "zod";
import { db, onDuplicate } from "@/lib/core/db";
import { type AppError, conflict, invalid, notFound, peerFailed } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import type { UserPrincipal } from "@/lib/core/principal";
import { decryptSecret, encryptSecret, hashSecret } from "@/lib/core/secrets";
import { callProvider } from "@/lib/delivery/call-provider";
import { limit, tooManyTries } from "@/lib/limits/limit";
import { networkOf } from "@/lib/limits/network";
import type { InviteParts } from "@/lib/protocol/ocm/invite-string";
import { newInviteWords, type SpokenInvite } from "@/lib/protocol/ocm/spoken-invite";
import { getSite } from "@/lib/sites/sites";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import { INVITE_WORDS } from "@/lib/trust/site-discovery";
import type { Invite } from "@/prisma/generated/client";
import { getOwnInvite, notWaiting } from "./invites";
import type { SpokenInviteView } from "./schema";

// Invites that are read aloud: a few words stand for the token, for an hour (docs/decisions/0014).

const LIFETIME_MS = 3_600_000;
const HOUR = 3600;
/** Tries in an hour, right ones too: of one person here; and there, of one network, of one cloud, and of all together. */
const TRIES = { person: 20, address: 30, peer: 30, site: 300 };

/**
 * Words that stand for an invite of this person for an hour: the same as long as no cloud has said them.
 *
 * @throws INVITE_NOT_FOUND, INVITE_NOT_WAITING
 */
export async function speakInvite(user: UserPrincipal, inviteId: string): Promise<SpokenInviteView> {
  const { siteId } = user;
  const invite = await getOwnInvite(user, inviteId);
  const { provider } = await getSite(siteId);
  if (!invite.tokenHash || invite.expiresAt <= new Date()) throw notWaiting();
  const standing = wordsOf(invite);
  if (standing) return { ...standing, provider };
  const words = newInviteWords(provider);
  const wordsUntil = new Date(Math.min(Date.now() + LIFETIME_MS, invite.expiresAt.getTime()));
  const wordsHash = hashSecret("invite-words", `${siteId} ${words}`);
  const data = { wordsHash, wordsEncrypted: encryptSecret("invite-words", words), wordsUntil, wordsTakenBy: null };
  const { count } = await db()
    .invite.updateMany({ where: { siteId, id: invite.id, tokenHash: invite.tokenHash }, data })
    .catch(onDuplicate("TRY_AGAIN", "Try again."));
  if (count === 0) throw notWaiting();
  return { words: words.split(" "), until: wordsUntil.toISOString(), provider };
}

function wordsOf({ wordsEncrypted, wordsUntil, wordsTakenBy }: Invite): Omit<SpokenInviteView, "provider"> | null {
  // So near their end nobody could say them.
  const isGood = wordsUntil && wordsUntil.getTime() > Date.now() + LIFETIME_MS / 4;
  if (!wordsEncrypted || !isGood || wordsTakenBy) return null;
  return { words: decryptSecret("invite-words", wordsEncrypted).split(" "), until: wordsUntil.toISOString() };
}

/** The messages of our extension. */
export const InviteWordsRequest = z.object({ words: z.string().min(1).max(255) });
const InviteWordsResponse = z.object({ token: z.string().min(1).max(255) });

/**
 * Tells another cloud which invite of ours the words stand for. The first cloud that says them is the only one; it may
 * say them again. Whatever is amiss sounds the same.
 *
 * @throws INVITE_WORDS_UNKNOWN (404), TOO_MANY_REQUESTS
 * @see FEDERATION.md, "Extension: invites in words"
 */
export async function resolveWords(
  siteId: string,
  { provider, address }: { provider: string; address: string },
  words: string,
): Promise<{ token: string }> {
  const key = "invite-words";
  await limit({ siteId, key: `${key}:address:${networkOf(address)}`, max: TRIES.address, seconds: HOUR });
  await limit({ siteId, key: `${key}:peer:${provider}`, max: TRIES.peer, seconds: HOUR });
  await limit({ siteId, key, max: TRIES.site, seconds: HOUR });
  const now = new Date();
  const [invite] = await db().invite.updateManyAndReturn({
    where: {
      siteId,
      wordsHash: hashSecret("invite-words", `${siteId} ${words}`),
      wordsUntil: { gt: now },
      expiresAt: { gt: now },
      OR: [{ wordsTakenBy: null }, { wordsTakenBy: provider }],
      inviter: { disabledAt: null },
    },
    data: { wordsTakenBy: provider },
  });
  logger("contacts").info({ siteId, provider, isKnown: Boolean(invite) }, "invite asked for by words");
  if (!invite?.tokenEncrypted) throw notFound("INVITE_WORDS_UNKNOWN", "No invite stands for these words.");
  return { token: decryptSecret("invite", invite.tokenEncrypted) };
}

/**
 * Asks the cloud that was named for the invite which the words stand for.
 *
 * @throws INVITE_OF_SAME_CLOUD, PROVIDER_NOT_TRUSTED, INVITE_WORDS_UNSUPPORTED, INVITE_WORDS_UNKNOWN, PEER_FAILED,
 *   TOO_MANY_REQUESTS; what `discoverProvider` and `callProvider` throw
 */
export async function askForWords(user: UserPrincipal, { words, provider }: SpokenInvite): Promise<InviteParts> {
  const { siteId, userId } = user;
  const site = await getSite(siteId);
  if (provider === site.provider) {
    throw conflict("INVITE_OF_SAME_CLOUD", "This invite was made on your own cloud, where you need none.");
  }
  await limit({ siteId, key: `invite-words:user:${userId}`, max: TRIES.person, seconds: HOUR });
  await requireAllowedProvider(siteId, provider);
  const { capabilities } = await discoverProvider(siteId, provider);
  if (!capabilities.includes(INVITE_WORDS)) throw unsupported(provider);
  const { status, json, retryAfter } = await callProvider(site, provider, { to: "/invite-words", json: { words } });
  const told = InviteWordsResponse.safeParse(json);
  if (status === 200 && told.success) return { token: told.data.token, provider };
  if (status === 404) throw unknownWords();
  if (status === 429) throw tooManyTries(retryAfter ?? HOUR);
  throw peerFailed("PEER_FAILED", "That cloud answered with an error. Try again in a while.");
}

const unsupported = (provider: string): AppError =>
  invalid("INVITE_WORDS_UNSUPPORTED", `${provider} makes no invites in words. Ask for the link or the code.`);

const unknownWords = (): AppError =>
  invalid(
    "INVITE_WORDS_UNKNOWN",
    "No invite waits under these words: they work for an hour, and on the first cloud where they are typed. Ask for new ones.",
  );
