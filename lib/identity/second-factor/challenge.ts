import { db, type Tx } from "@/lib/core/db";
import { invalid } from "@/lib/core/errors";
import type { SessionPrincipal } from "@/lib/core/principal";
import { signedOut } from "@/lib/identity/sessions";

type SignIn = Pick<SessionPrincipal, "siteId" | "userId" | "sessionId">;

const MINUTES = 5;

/**
 * Remembers, in the sign-in, what a passkey is asked to sign.
 *
 * @throws NOT_SIGNED_IN
 */
export async function keepChallenge({ siteId, userId, sessionId }: SignIn, challenge: string): Promise<void> {
  const { count } = await db().session.updateMany({
    where: { siteId, id: sessionId, userId },
    data: { challenge, challengeUntil: new Date(Date.now() + MINUTES * 60_000) },
  });
  if (count === 0) throw signedOut();
}

/**
 * What the passkey was asked to sign; a second answer to it is refused, however the first was.
 *
 * @throws CHALLENGE_OVER
 */
export async function takeChallenge(user: SignIn): Promise<string> {
  return db().$transaction(async (tx) => {
    const challenge = await findChallenge(tx, user);
    const { siteId, userId, sessionId: id } = user;
    const { count } = challenge
      ? await tx.session.updateMany({
          where: { siteId, id, userId, challenge },
          data: { challenge: null, challengeUntil: null },
        })
      : { count: 0 };
    if (!challenge || count === 0) throw invalid("CHALLENGE_OVER", "This took too long. Try again.");
    return challenge;
  });
}

async function findChallenge(tx: Tx, { siteId, userId, sessionId: id }: SignIn): Promise<string | null> {
  const where = { siteId, id, userId, challengeUntil: { gt: new Date() } };
  return (await tx.session.findFirst({ where, select: { challenge: true } }))?.challenge ?? null;
}
