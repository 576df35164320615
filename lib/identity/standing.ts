import type { Statement } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { appStands, requireApp } from "./app-access";
import { requireSession, sessionStands } from "./sessions";

/**
 * Whether the sign-in or app password under which somebody acts still stands, while something that began with it goes on.
 *
 * @throws NOT_SIGNED_IN, APP_PASSWORD_WRONG
 */
export const requireStanding = (user: UserPrincipal): Promise<void> =>
  "sessionId" in user ? requireSession(user) : requireApp(user);

/** The same for a transaction: divides by zero unless it stands. */
export const stillStands = (user: UserPrincipal): Statement =>
  "sessionId" in user ? sessionStands(user) : appStands(user);
