import { db, pool } from "@/lib/core/db";
import { notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { getSite } from "@/lib/sites/sites";
import type { User } from "@/prisma/generated/client";

/** A person of a site, without what nobody outside this room may see. */
export type Person = Omit<User, "passwordHash">;

/** For `omit`: a hash never leaves this room. */
export const withoutHash = { passwordHash: true } as const;
/** Mail addresses are stored and compared in lower case. */
export const foldMail = (mail: string) => mail.trim().toLowerCase();

/** Whoever signs in with this user name or mail address. */
export async function findUserByLogin(siteId: string, login: string): Promise<Person | null> {
  const folded = foldMail(login);
  const where = { siteId, OR: [{ userName: folded }, { mail: folded }] };
  return db().user.findFirst({ where, omit: withoutHash });
}

/** @throws PERSON_NOT_FOUND */
export async function getUser(siteId: string, userId: string): Promise<Person> {
  const person = isId(userId)
    ? await db().user.findUnique({ where: { siteId_id: { siteId, id: userId } }, omit: withoutHash })
    : null;
  if (!person) throw notFound("PERSON_NOT_FOUND", "There is no such person.");
  return person;
}

/**
 * The person whom another cloud calls by this identifier: the opaque one that may be given to anyone,
 * or the user name where the site allows it. Nobody who is disabled.
 */
export async function findUserByIdentifier(siteId: string, identifier: string): Promise<Person | null> {
  const { answersUserNames } = await getSite(siteId);
  const OR = [{ identifier }, ...(answersUserNames ? [{ userName: identifier.toLowerCase() }] : [])];
  return db().user.findFirst({ where: { siteId, disabledAt: null, OR }, omit: withoutHash });
}

export type SitePerson = Pick<Person, "id" | "displayName" | "mail" | "userName">;

/** One or two letters match half of all people: only beginnings of words then. */
const SHORT = 2;
/** Sorting all that match would take as long as there are people. */
const CANDIDATES = 300;
const SEARCHED = `lower("displayName" || ' ' || "userName" || ' ' || coalesce("mail", ''))`;
const SITE_PEOPLE = `
  SELECT "id", "displayName", "mail", "userName"
  FROM (SELECT "id", "displayName", "mail", "userName" FROM "User"
    WHERE "siteId" = $1 AND "id" <> $2 AND "disabledAt" IS NULL AND (${SEARCHED} LIKE $3 OR ${SEARCHED} LIKE $4)
    LIMIT ${CANDIDATES}) AS candidates
  ORDER BY lower("displayName") LIKE $3 DESC, lower("displayName"), "id" LIMIT $5`;

/** People of one's own site by any part of name, user name or mail, for the share box. Not oneself. */
export async function listSitePeople(user: UserPrincipal, search: string, limit: number): Promise<SitePerson[]> {
  const term = search.trim().toLowerCase();
  const escaped = term.replace(/[\\%_]/g, "\\$&");
  const inner = term.length > SHORT ? `%${escaped}%` : `% ${escaped}%`;
  const values = [user.siteId, user.userId, `${escaped}%`, inner, limit];
  return (await pool().query<SitePerson>(SITE_PEOPLE, values)).rows;
}
