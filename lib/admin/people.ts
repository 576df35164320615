import type { z } from "zod";
import { actorOf, recordAudit } from "@/lib/audit/record";
import { db } from "@/lib/core/db";
import { conflict, forbidden, notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { AdminPrincipal, UserPrincipal } from "@/lib/core/principal";
import { listUsed } from "@/lib/files/usage";
import { setPassword } from "@/lib/identity/account";
import { endAppPasswords } from "@/lib/identity/app-passwords";
import { prepareUser, updateUser } from "@/lib/identity/change-users";
import { hashPassword } from "@/lib/identity/passwords";
import { limitOf, readQuota } from "@/lib/identity/quota";
import type { CreatePersonInput, PeoplePage, PersonView, UpdatePersonInput } from "@/lib/identity/schema";
import { listWithSecondFactor, removeSecondFactors } from "@/lib/identity/second-factor/factors";
import { endSessions } from "@/lib/identity/sessions";
import { getUser, type Person } from "@/lib/identity/users";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import { getSite, type Site } from "@/lib/sites/sites";
import { addPerson } from "./add-person";

const viewFor =
  (site: Site, withSecondFactor: ReadonlySet<string>, used: ReadonlyMap<string, number>) =>
  (person: Person): PersonView => ({
    id: person.id,
    userName: person.userName,
    displayName: person.displayName,
    mail: person.mail,
    isAdmin: person.isAdmin,
    isDisabled: person.disabledAt !== null,
    hasSecondFactor: withSecondFactor.has(person.id),
    quota: readQuota(person.quota),
    limit: limitOf(person.quota, site.defaultQuota),
    used: used.get(person.id) ?? 0,
    createdAt: person.createdAt.toISOString(),
  });

async function viewOne(person: Person): Promise<PersonView> {
  const { siteId, id } = person;
  return viewFor(await getSite(siteId), await listWithSecondFactor(siteId, [id]), await listUsed(siteId, [id]))(person);
}

export type ListPeopleOptions = { after?: string; limit?: number; search?: string };

/** The people of a site in the order in which they came. */
export async function listPeople(
  admin: AdminPrincipal,
  options: ListPeopleOptions,
): Promise<z.infer<typeof PeoplePage>> {
  const { after, limit = 100, search } = options;
  const { siteId } = admin;
  const matches = search && { contains: search, mode: "insensitive" as const };
  const where = {
    siteId,
    ...(after && { id: { gt: after } }),
    ...(matches && { OR: [{ displayName: matches }, { userName: matches }, { mail: matches }] }),
  };
  const rows = await db().user.findMany({
    where,
    orderBy: { id: "asc" },
    take: limit + 1,
    omit: { passwordHash: true },
  });
  const items = rows.slice(0, limit);
  const ids = items.map(({ id }) => id);
  const withSecondFactor = await listWithSecondFactor(siteId, ids);
  return {
    items: items.map(viewFor(await getSite(siteId), withSecondFactor, await listUsed(siteId, ids))),
    next: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
  };
}

/**
 * Adds a person, who must choose another password at the first sign-in.
 *
 * @throws PERSON_EXISTS
 */
export async function createPerson(admin: AdminPrincipal, input: CreatePersonInput): Promise<PersonView> {
  const { siteId } = admin;
  const prepared = await prepareUser({ ...input, mustChangePassword: true });
  const person = await db().$transaction((tx) => addPerson(tx, siteId, actorOf(admin), prepared));
  return viewOne(person);
}

/**
 * Changes a person. Disabling ends every session of the person at once.
 *
 * @throws PERSON_NOT_FOUND, PERSON_EXISTS, NOT_YOURSELF, LAST_ADMIN
 */
export async function updatePerson(
  admin: UserPrincipal,
  userId: string,
  input: z.infer<typeof UpdatePersonInput>,
): Promise<PersonView> {
  const { siteId } = admin;
  const { isDisabled, ...rest } = input;
  if (!isId(userId)) throw notFound("PERSON_NOT_FOUND", "There is no such person.");
  if (userId === admin.userId && (isDisabled || input.isAdmin === false)) throw notYourself();
  const disabledAt = isDisabled === undefined ? undefined : isDisabled ? new Date() : null;
  const changed = await db().$transaction(async (tx) => {
    const person = await updateUser(tx, siteId, userId, { ...rest, mailIsVouched: true, disabledAt });
    if (isDisabled) {
      await endSessions(tx, siteId, userId, "all");
      await endAppPasswords(tx, siteId, userId);
    }
    await touchTopic(tx, siteId, [userId], "account");
    const action = isDisabled === undefined ? "person-changed" : isDisabled ? "person-disabled" : "person-enabled";
    await recordAudit(tx, siteId, { actor: actorOf(admin), action, subject: `user:${userId}`, detail: { ...rest } });
    return person;
  });
  return viewOne(changed);
}

/**
 * Gives a person a new password, to be changed at the next sign-in, and ends every session of the person.
 *
 * @throws PERSON_NOT_FOUND, PERSON_DISABLED, NOT_YOURSELF
 */
export async function resetPassword(admin: UserPrincipal, userId: string, password: string): Promise<void> {
  const { siteId } = admin;
  if (userId === admin.userId) throw forbidden("NOT_YOURSELF", "Change your own password in the settings.");
  const person = await getUser(siteId, userId);
  if (person.disabledAt) throw conflict("PERSON_DISABLED", "This person is disabled. Enable the account first.");
  const passwordHash = await hashPassword(password);
  await db().$transaction(async (tx) => {
    await setPassword(tx, siteId, userId, { passwordHash, mustChangePassword: true });
    await endSessions(tx, siteId, userId, "all");
    await endAppPasswords(tx, siteId, userId);
    await recordAudit(tx, siteId, { actor: actorOf(admin), action: "password-reset", subject: `user:${userId}` });
  });
}

/**
 * For somebody who has lost telephone and recovery codes: the password alone is enough again. The person is told.
 *
 * @throws PERSON_NOT_FOUND, NOT_YOURSELF, NO_SECOND_FACTOR
 */
export async function resetSecondFactor(admin: UserPrincipal, userId: string): Promise<void> {
  const { siteId } = admin;
  if (userId === admin.userId) throw forbidden("NOT_YOURSELF", "Remove your own second factor in the settings.");
  await getUser(siteId, userId);
  await db().$transaction(async (tx) => {
    if (!(await removeSecondFactors(tx, siteId, userId))) {
      throw conflict("NO_SECOND_FACTOR", "This person has no second factor.");
    }
    await notify(tx, siteId, userId, "second-factor-reset", { name: admin.displayName, provider: "" });
    await recordAudit(tx, siteId, { actor: actorOf(admin), action: "second-factor-reset", subject: `user:${userId}` });
  });
}

const notYourself = () => forbidden("NOT_YOURSELF", "You cannot disable yourself or give up your own rights.");
