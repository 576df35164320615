import { db, type Tx } from "@/lib/core/db";
import { forbidden } from "@/lib/core/errors";
import type { SessionPrincipal } from "@/lib/core/principal";
import { touchTopic } from "@/lib/notices/live";
import type { SecondFactorsView } from "./schema";

/** So long a second factor counts in the sign-in in which it was shown. */
export const SECOND_FACTOR_HOURS = 12;

type Of = Pick<SessionPrincipal, "siteId" | "userId">;

/**
 * Lets pass only a sign-in in which a second factor was shown of late. What has no sign-in never passes.
 *
 * @throws SECOND_FACTOR_REQUIRED
 */
export function requireSecondFactor(
  { secondFactorAt }: Pick<SessionPrincipal, "secondFactorAt">,
  now = Date.now(),
): void {
  if (secondFactorAt && now - secondFactorAt.getTime() < SECOND_FACTOR_HOURS * 3_600_000) return;
  throw forbidden("SECOND_FACTOR_REQUIRED", "This takes your second factor. Confirm that it is you.");
}

/** Whether signing in as this person takes more than the password. */
export async function hasSecondFactor(siteId: string, userId: string): Promise<boolean> {
  return (await listWithSecondFactor(siteId, [userId])).has(userId);
}

/** Who of these people has a second factor. */
export async function listWithSecondFactor(siteId: string, userIds: string[]): Promise<Set<string>> {
  const where = { siteId, userId: { in: userIds } };
  const select = { userId: true } as const;
  const [apps, passkeys] = await Promise.all([
    db().authenticator.findMany({ where: { ...where, confirmedAt: { not: null } }, select }),
    db().passkey.findMany({ where, select }),
  ]);
  return new Set([...apps, ...passkeys].map(({ userId }) => userId));
}

/** What a person can show besides the password. */
export async function getSecondFactors({ siteId, userId }: Of): Promise<SecondFactorsView> {
  const where = { siteId, userId };
  const [app, passkeys, recoveryCodesLeft] = await Promise.all([
    db().authenticator.findUnique({ where: { siteId_userId: where } }),
    db().passkey.findMany({ where, orderBy: { id: "asc" } }),
    db().recoveryCode.count({ where }),
  ]);
  return {
    authenticatorSince: app?.confirmedAt?.toISOString() ?? null,
    passkeys: passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({
      id,
      name,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    })),
    recoveryCodesLeft,
  };
}

/**
 * Without a second factor there is nothing to recover, and none that was shown counts any more. For the end of the
 * transaction that takes one away.
 */
export async function forgetIfNoneIsLeft(tx: Tx, { siteId, userId }: Of): Promise<void> {
  await touchTopic(tx, siteId, [userId], "account");
  const where = { siteId, userId };
  const left =
    (await tx.authenticator.count({ where: { ...where, confirmedAt: { not: null } } })) ||
    (await tx.passkey.count({ where }));
  if (left > 0) return;
  await tx.recoveryCode.deleteMany({ where });
  await tx.session.updateMany({ where, data: { secondFactorAt: null } });
}

/** Takes all second factors of a person away; whether there were any. */
export async function removeSecondFactors(tx: Tx, siteId: string, userId: string): Promise<boolean> {
  const where = { siteId, userId };
  const apps = await tx.authenticator.deleteMany({ where });
  const passkeys = await tx.passkey.deleteMany({ where });
  await forgetIfNoneIsLeft(tx, where);
  return apps.count + passkeys.count > 0;
}
