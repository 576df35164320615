import { db } from "@/lib/core/db";
import { logger } from "@/lib/core/logger";
import type { SessionPrincipal } from "@/lib/core/principal";
import { noteSecondFactor } from "@/lib/identity/sessions";
import { spendAuthenticatorCode, wrongCode } from "./authenticator";
import { limitTries } from "./count-tries";
import { spendRecoveryCode } from "./recovery-codes";

/**
 * Takes a code of the app or a recovery code, either once: the sign-in is whole, and has shown a second factor now.
 *
 * @throws SECOND_FACTOR_WRONG, NOT_SIGNED_IN, TOO_MANY_REQUESTS
 */
export async function confirmByCode(
  user: SessionPrincipal,
  code: string,
  address: string,
  now = Date.now(),
): Promise<void> {
  const { siteId, userId } = user;
  const tries = await limitTries(user, address);
  const isRight = await db().$transaction(async (tx) => {
    const isSpent = (await spendAuthenticatorCode(tx, user, code, now)) || (await spendRecoveryCode(tx, user, code));
    if (isSpent) await noteSecondFactor(tx, user);
    return isSpent;
  });
  if (!isRight) {
    logger("identity").info({ siteId, userId, address }, "second factor refused");
    throw wrongCode();
  }
  await tries.forget();
}
