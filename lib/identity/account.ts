import type { z } from "zod";
import { recordAudit } from "@/lib/audit/record";
import { db, type Tx } from "@/lib/core/db";
import { forbidden, invalid } from "@/lib/core/errors";
import type { SessionPrincipal, UserPrincipal } from "@/lib/core/principal";
import { limit } from "@/lib/limits/limit";
import { touchTopic } from "@/lib/notices/live";
import { mailIsConfigured } from "@/lib/notices/mail";
import { cloudAddressAt, getSite } from "@/lib/sites/sites";
import { updateUser } from "./change-users";
import { outsideRights } from "./outside";
import { hashPassword, verifyPassword } from "./passwords";
import { type AccountView, type ChangePasswordInput, OutsideRights, type UpdateAccountInput } from "./schema";
import { endSessions, requireSessionIn } from "./sessions";

/** What a person may know and give away of the own account. */
export async function getAccount(user: UserPrincipal): Promise<AccountView> {
  const { siteId, userId: id } = user;
  const [site, row, outside] = await Promise.all([
    getSite(siteId),
    db().user.findUniqueOrThrow({ where: { siteId_id: { siteId, id } } }),
    outsideRights(user),
  ]);
  const { name, provider, origin } = site;
  const { userName, displayName, mail, isAdmin, mustChangePassword } = row;
  return {
    id,
    userName,
    displayName,
    mail,
    isAdmin,
    mustChangePassword,
    hasPassword: row.passwordHash !== null,
    cloudAddress: cloudAddressAt(site, row),
    site: { name, provider, origin },
    canMail: mailIsConfigured(),
    outside: OutsideRights.parse(outside),
  };
}

/** @throws PERSON_EXISTS when the mail address is somebody else's */
export async function updateAccount(
  user: UserPrincipal,
  change: z.infer<typeof UpdateAccountInput>,
): Promise<AccountView> {
  const { siteId, userId } = user;
  await db().$transaction(async (tx) => {
    await updateUser(tx, siteId, userId, change);
    await touchTopic(tx, siteId, [userId], "account");
  });
  return getAccount(user);
}

/**
 * Sets a new password and ends every other session of this person.
 *
 * @throws PASSWORD_WRONG, PASSWORD_UNCHANGED, NO_PASSWORD, TOO_MANY_REQUESTS, NOT_SIGNED_IN
 */
export async function changePassword(
  user: SessionPrincipal,
  input: z.infer<typeof ChangePasswordInput>,
): Promise<void> {
  const { siteId, userId, sessionId } = user;
  await limit({ siteId, key: `change-password:${userId}`, max: 10, seconds: 600 });
  const where = { siteId, id: userId };
  const row = await db().user.findUniqueOrThrow({ where: { siteId_id: where } });
  const { passwordHash: present, mustChangePassword } = row;
  if (present === null) throw forbidden("NO_PASSWORD", "You sign in elsewhere: there is no password to change here.");
  // Whoever must choose one has signed in for nothing else, and can do nothing else.
  const isProven = mustChangePassword && input.current === undefined;
  if (!isProven && !(await verifyPassword(input.current ?? "", present)))
    throw wrong("current", "PASSWORD_WRONG", "This is not your password.");
  if (await verifyPassword(input.next, present))
    throw wrong("next", "PASSWORD_UNCHANGED", "Choose another password than the present one.");
  const passwordHash = await hashPassword(input.next);
  await db().$transaction(async (tx) => {
    const data = { passwordHash, mustChangePassword: false };
    const isSet = (await setPassword(tx, siteId, userId, data, present)) > 0;
    await requireSessionIn(tx, user); // an administrator may have set another one meanwhile
    if (!isSet) throw wrong("current", "PASSWORD_WRONG", "This is not your password.");
    await endSessions(tx, siteId, userId, { allBut: sessionId });
    await recordAudit(tx, siteId, { actor: `user:${userId}`, action: "password-changed", subject: `user:${userId}` });
  });
}

const wrong = (name: string, code: string, message: string) => invalid(code, message, { fields: [{ name, message }] });

/** Stores a hash made by `hashPassword`; with `present` only where that still is the one before. */
export async function setPassword(
  tx: Tx,
  siteId: string,
  userId: string,
  data: { passwordHash: string; mustChangePassword: boolean },
  present?: string,
): Promise<number> {
  return (await tx.user.updateMany({ where: { siteId, id: userId, passwordHash: present }, data })).count;
}
