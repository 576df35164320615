import { pool } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { listSitePeople } from "@/lib/identity/users";
import { Suggestion } from "@/lib/sharing/schema";
import { getSite } from "@/lib/sites/sites";

const MOST = 8;
/** One or two letters match half an address book: only beginnings of words then, which the index finds too. */
const SHORT = 2;

const CONTACTS = `
  SELECT 'contact' AS kind, id, "displayName", mail, provider
    FROM (SELECT id, "displayName", mail, provider FROM "Contact"
           WHERE "siteId" = $1 AND "userId" = $2 AND "removedAt" IS NULL
             AND (lower("displayName" || ' ' || mail || ' ' || provider) LIKE $3
               OR lower("displayName" || ' ' || mail || ' ' || provider) LIKE $4)
           LIMIT 300) AS found
   ORDER BY lower("displayName") LIKE $3 DESC, lower(mail) LIKE $3 DESC, lower("displayName"), id
   LIMIT ${MOST}`;

/** Whom a person may mean: contacts and, where the site allows it, people of the site; names that begin so first. */
export async function suggestPeople(user: UserPrincipal, search: string): Promise<Suggestion[]> {
  const term = search.trim().toLowerCase();
  const { showsSitePeople } = await getSite(user.siteId);
  const [contacts, people] = await Promise.all([
    findContacts(user, term),
    showsSitePeople ? listSitePeople(user, search.trim(), MOST) : [],
  ]);
  const ofSite = people.map((person) => ({ ...person, kind: "person", mail: person.mail ?? "", provider: "" }));
  const isPrefix = ({ displayName }: { displayName: string }) => displayName.toLowerCase().startsWith(term);
  const found = [...contacts, ...ofSite];
  return [...found.filter(isPrefix), ...found.filter((one) => !isPrefix(one))]
    .slice(0, MOST)
    .map((one) => Suggestion.parse(one));
}

async function findContacts({ siteId, userId }: UserPrincipal, term: string): Promise<Suggestion[]> {
  const escaped = term.replace(/[\\%_]/g, "\\$&");
  const inner = term.length > SHORT ? `%${escaped}%` : `% ${escaped}%`;
  const { rows } = await pool().query<Suggestion>(CONTACTS, [siteId, userId, `${escaped}%`, inner]);
  return rows;
}
