import { db } from "@/lib/core/db";
import { invalid } from "@/lib/core/errors";
import type { SessionPrincipal } from "@/lib/core/principal";
import { signedOut } from "@/lib/identity/sessions";

type SignIn = Pick<SessionPrincipal, "siteId" | "userId" | "sessionId">;
/** What was asked for one must not be answered for the other: to add a passkey takes the password, to use one does not. */
export type ChallengeUse = "add" | "confirm";

const MINUTES = 5;

/**
 * Remembers, in the sign-in, what a passkey is asked to sign.
 *
 * @throws NOT_SIGNED_IN
 */
export async function keepChallenge(user: SignIn, use: ChallengeUse, challenge: string): Promise<void> {
  const { siteId, userId, sessionId: id } = user;
  const { count } = await db().session.updateMany({
    where: { siteId, id, userId },
    data: { challenge: `${use} ${challenge}`, challengeUntil: new Date(Date.now() + MINUTES * 60_000) },
  });
  if (count === 0) throw signedOut();
}

/**
 * What the passkey was asked to sign; a second answer to it is refused, however the first was.
 *
 * @throws CHALLENGE_OVER
 */
export async function takeChallenge({ siteId, userId, sessionId: id }: SignIn, use: ChallengeUse): Promise<string> {
  const where = { siteId, id, userId, challengeUntil: { gt: new Date() } };
  const session = await db().session.findFirst({ where, select: { challenge: true } });
  const challenge = session?.challenge ?? "";
  const { count } = await db().session.updateMany({
    where: { ...where, challenge },
    data: { challenge: null, challengeUntil: null },
  });
  if (count === 0 || !challenge.startsWith(`${use} `))
    throw invalid("CHALLENGE_OVER", "This took too long. Try again.");
  return challenge.slice(use.length + 1);
}
