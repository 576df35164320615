import { setTimeout as sleep } from "node:timers/promises";
import { db } from "@/lib/core/db";
import { forbidden } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { forgetLimit, limit } from "@/lib/limits/limit";
import { networkOf } from "@/lib/limits/network";
import { hashPassword, isOutdated, verifyPassword } from "./passwords";
import { signInFailed } from "./sessions";
import { foldMail } from "./users";

export type Credentials = { login: string; password: string; address: string };

const IN_TEN_MINUTES = { seconds: 600 };
/** Wherever they come from, tries beyond these at one account wait: refusing them would lock its owner out. */
const TRIES_AT_ONCE = 30;
const WAIT = 1_000;

/** Who has shown which password: a session begins only while that is still the one (`startSession`). */
export type Verified = { userId: string; passwordHash: string };

/**
 * The person whose password this is. Limited per address, and more strictly per account from one address;
 * slowed per account from all of them. A wrong name costs as much time as a wrong password and gets the same answer.
 *
 * @throws SIGN_IN_FAILED, ACCOUNT_DISABLED, TOO_MANY_REQUESTS
 */
export async function signIn(siteId: string, { login, password, address }: Credentials): Promise<Verified> {
  const folded = foldMail(login).replaceAll("\0", "").slice(0, 254); // a form may hold what no database stores
  const network = networkOf(address);
  await limit({ siteId, key: `sign-in:address:${network}`, max: 50, ...IN_TEN_MINUTES });
  const user = await db().user.findFirst({ where: { siteId, OR: [{ userName: folded }, { mail: folded }] } });
  const account = { siteId, key: `sign-in:account:${user?.id ?? folded}` };
  const accountHere = { siteId, key: `${account.key}:${network}` };
  await limit({ ...accountHere, max: 10, ...IN_TEN_MINUTES });
  const tries = await limit({ ...account, max: Number.POSITIVE_INFINITY, ...IN_TEN_MINUTES });
  if (tries > TRIES_AT_ONCE) await sleep(WAIT);
  const present = user?.passwordHash ?? null;
  const isRight = await verifyPassword(password.slice(0, 200), present);
  if (!user || !present || !isRight) {
    logger("identity").info({ siteId, userId: user?.id, address }, "sign-in refused");
    throw signInFailed();
  }
  if (user.disabledAt) throw accountDisabled();
  await forgetLimit(accountHere);
  if (!isOutdated(present)) return { userId: user.id, passwordHash: present };
  const passwordHash = await hashPassword(password);
  await db().user.updateMany({ where: { siteId, id: user.id, passwordHash: present }, data: { passwordHash } });
  return { userId: user.id, passwordHash };
}

const accountDisabled = () => forbidden("ACCOUNT_DISABLED", "This account is disabled. Ask your administrator.");

/** What an OpenID Connect provider says of somebody. */
export type ExternalClaims = { issuer: string; subject: string; mail?: string; mailIsVerified: boolean };

/**
 * The id of the person who signs in elsewhere: known by issuer and subject, or linked now by a mail address that the
 * provider verified and an administrator set here. One that the person chose alone may be anybody's.
 *
 * @throws NO_SUCH_ACCOUNT, ACCOUNT_DISABLED
 */
export async function signInExternally(siteId: string, claims: ExternalClaims): Promise<string> {
  const { issuer, subject, mail, mailIsVerified } = claims;
  const account = { siteId, issuer, subject };
  const known = await db().externalAccount.findUnique({
    where: { siteId_issuer_subject: account },
    include: { user: true },
  });
  const vouched = mail && mailIsVerified ? { siteId, mail: foldMail(mail), mailIsVouched: true } : null;
  const user = known?.user ?? (vouched && (await db().user.findFirst({ where: vouched })));
  if (!user) {
    logger("identity").info({ siteId, issuer, subject, mailIsVerified }, "external sign-in refused");
    throw forbidden("NO_SUCH_ACCOUNT", "Nobody here belongs to that account. Ask your administrator to add you.");
  }
  if (user.disabledAt) throw accountDisabled();
  if (!known) {
    const row = { ...account, userId: user.id };
    await db().externalAccount.upsert({ where: { siteId_issuer_subject: account }, create: row, update: {} });
    logger("identity").info({ siteId, userId: user.id, issuer }, "external account linked");
  }
  return user.id;
}
