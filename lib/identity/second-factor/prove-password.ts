import { db } from "@/lib/core/db";
import { invalid } from "@/lib/core/errors";
import type { SessionPrincipal } from "@/lib/core/principal";
import { verifyPassword } from "@/lib/identity/passwords";
import { limit } from "@/lib/limits/limit";
import { hasSecondFactor, requireSecondFactor } from "./factors";

/**
 * Before anything changes how somebody signs in: whoever found a browser open must not lock its owner out, and whoever
 * knows the password only must not get round the second factor. Shown are both, as far as there are both.
 *
 * @throws PASSWORD_WRONG, SECOND_FACTOR_REQUIRED, TOO_MANY_REQUESTS
 */
export async function requirePassword(user: SessionPrincipal, password: string | undefined): Promise<void> {
  const { siteId, userId } = user;
  await limit({ siteId, key: `prove-password:${userId}`, max: 20, seconds: 600 });
  if (await hasSecondFactor(siteId, userId)) requireSecondFactor(user);
  const { passwordHash } = await db().user.findUniqueOrThrow({ where: { siteId_id: { siteId, id: userId } } });
  if (passwordHash === null || (await verifyPassword(password ?? "", passwordHash))) return;
  const message = "This is not your password.";
  throw invalid("PASSWORD_WRONG", message, { fields: [{ name: "password", message }] });
}
