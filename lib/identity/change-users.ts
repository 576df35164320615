import { randomBytes } from "node:crypto";
import { onDuplicate, type Tx } from "@/lib/core/db";
import { conflict, notFound } from "@/lib/core/errors";
import { hashPassword } from "./passwords";
import { storeQuota } from "./quota";
import type { Quota } from "./schema";
import { foldMail, type Person, withoutHash } from "./users";

export type NewUser = {
  userName: string;
  displayName: string;
  mail?: string;
  password: string;
  isAdmin?: boolean;
  mustChangePassword?: boolean;
  quota?: Quota;
};

/** What `createUser` stores; made before the transaction, because hashing takes its time. */
export async function prepareUser({ password, mail, quota = null, ...rest }: NewUser) {
  const made = { identifier: randomBytes(10).toString("hex"), passwordHash: await hashPassword(password) };
  return { ...rest, ...made, mail: mail ? foldMail(mail) : null, quota: storeQuota(quota) };
}

/**
 * Whoever may make people vouches for their mail addresses.
 *
 * @throws PERSON_EXISTS when the user name or the mail address is taken
 */
export async function createUser(
  tx: Tx,
  siteId: string,
  prepared: Awaited<ReturnType<typeof prepareUser>>,
): Promise<Person> {
  const data = { siteId, ...prepared, mailIsVouched: prepared.mail !== null };
  return tx.user.create({ data, omit: withoutHash }).catch(onTaken);
}

const onTaken = onDuplicate("PERSON_EXISTS", "Somebody here has this user name or mail address already.");

export type UserChange = {
  displayName?: string;
  mail?: string | null;
  /** Whether whoever changes the mail address answers for it. */
  mailIsVouched?: boolean;
  isAdmin?: boolean;
  disabledAt?: Date | null;
  quota?: Quota;
};

/**
 * Changes what is named. A change that would leave the site without an administrator who can act is refused,
 * whoever else is being changed at the same moment.
 *
 * @throws PERSON_NOT_FOUND, PERSON_EXISTS, LAST_ADMIN
 */
export async function updateUser(tx: Tx, siteId: string, userId: string, change: UserChange): Promise<Person> {
  const { mail, mailIsVouched = false, quota, ...rest } = change;
  const data = { ...rest, quota: quota === undefined ? undefined : storeQuota(quota) };
  const where = { siteId, id: userId };
  const takesRights = change.isAdmin === false || Boolean(change.disabledAt);
  if (takesRights) await lockAdmins(tx, siteId);
  if (mail !== undefined) await changeMail(tx, where, mail ? foldMail(mail) : null, mailIsVouched);
  const [person] = await tx.user.updateManyAndReturn({ where, data, omit: withoutHash });
  if (!person) throw notFound("PERSON_NOT_FOUND", "There is no such person.");
  if (takesRights) await requireAnAdmin(tx, siteId);
  return person;
}

/** The same address again changes nothing: whoever saves a form with it has not vouched for it. */
async function changeMail(tx: Tx, user: { siteId: string; id: string }, mail: string | null, mailIsVouched: boolean) {
  const isAnother = { OR: [{ mail: null }, { mail: { not: mail } }] };
  const data = { mail, mailIsVouched: mailIsVouched && mail !== null };
  await tx.user.updateMany({ where: { ...user, ...isAnother }, data }).catch(onTaken);
}

/** Two administrators who demote each other at once are dealt with one after the other. */
async function lockAdmins(tx: Tx, siteId: string): Promise<void> {
  await tx.$queryRaw`SELECT "id" FROM "User" WHERE "siteId" = ${siteId}::uuid AND "isAdmin" ORDER BY "id" FOR UPDATE`;
}

async function requireAnAdmin(tx: Tx, siteId: string): Promise<void> {
  const admins = await tx.user.count({ where: { siteId, isAdmin: true, disabledAt: null } });
  if (admins === 0) throw conflict("LAST_ADMIN", "Somebody must remain who can administer this cloud.");
}
