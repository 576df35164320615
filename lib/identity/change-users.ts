import { randomBytes } from "node:crypto";
import { onDuplicate, type Tx } from "@/lib/core/db";
import { conflict, notFound } from "@/lib/core/errors";
import { hashPassword } from "./passwords";
import { foldMail, type Person, withoutHash } from "./users";

export type NewUser = {
  userName: string;
  displayName: string;
  mail?: string;
  password: string;
  isAdmin?: boolean;
  mustChangePassword?: boolean;
  quota?: number | null;
};

/** What `createUser` stores; made before the transaction, because hashing takes its time. */
export async function prepareUser({ password, mail, ...rest }: NewUser) {
  const identifier = randomBytes(10).toString("hex");
  return { ...rest, mail: mail ? foldMail(mail) : null, identifier, passwordHash: await hashPassword(password) };
}

/** @throws PERSON_EXISTS when the user name or the mail address is taken */
export async function createUser(
  tx: Tx,
  siteId: string,
  prepared: Awaited<ReturnType<typeof prepareUser>>,
): Promise<Person> {
  return tx.user.create({ data: { siteId, ...prepared }, omit: withoutHash }).catch(onTaken);
}

const onTaken = onDuplicate("PERSON_EXISTS", "Somebody here has this user name or mail address already.");

export type UserChange = {
  displayName?: string;
  mail?: string | null;
  isAdmin?: boolean;
  disabledAt?: Date | null;
  quota?: number | null;
};

/**
 * Changes what is named. A change that would leave the site without an administrator who can act is refused,
 * whoever else is being changed at the same moment.
 *
 * @throws PERSON_NOT_FOUND, PERSON_EXISTS, LAST_ADMIN
 */
export async function updateUser(tx: Tx, siteId: string, userId: string, change: UserChange): Promise<Person> {
  const { mail, ...rest } = change;
  const data = { ...rest, ...(mail !== undefined && { mail: mail ? foldMail(mail) : null }) };
  const takesRights = change.isAdmin === false || Boolean(change.disabledAt);
  if (takesRights) await lockAdmins(tx, siteId);
  const [person] = await tx.user
    .updateManyAndReturn({ where: { siteId, id: userId }, data, omit: withoutHash })
    .catch(onTaken);
  if (!person) throw notFound("PERSON_NOT_FOUND", "There is no such person.");
  if (takesRights) await requireAnAdmin(tx, siteId);
  return person;
}

/** Two administrators who demote each other at once are dealt with one after the other. */
async function lockAdmins(tx: Tx, siteId: string): Promise<void> {
  await tx.$queryRaw`SELECT "id" FROM "User" WHERE "siteId" = ${siteId}::uuid AND "isAdmin" ORDER BY "id" FOR UPDATE`;
}

async function requireAnAdmin(tx: Tx, siteId: string): Promise<void> {
  const admins = await tx.user.count({ where: { siteId, isAdmin: true, disabledAt: null } });
  if (admins === 0) throw conflict("LAST_ADMIN", "Somebody must remain who can administer this cloud.");
}
