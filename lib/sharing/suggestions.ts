import { pool } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { type GroupRow, listGroups } from "@/lib/identity/groups";
import { listSitePeople } from "@/lib/identity/users";
import { Suggestion } from "@/lib/sharing/schema";
import { getSite } from "@/lib/sites/sites";

const MOST = 8;
/** One or two letters match half an address book: only beginnings of words then, which the index finds too. */
const SHORT = 2;

/**
 * Those whose names begin so, in the order of the index that finds them, and then whoever has it elsewhere. Each part
 * stops at what is shown, so that the cost does not grow with the address book.
 */
const CONTACTS = `
  WITH mine AS NOT MATERIALIZED (
    SELECT id, "displayName", mail, provider, "verifiedAs" IS NOT NULL AS "isVerified", lower("displayName") AS name,
           lower("displayName" || ' ' || mail || ' ' || provider) AS text
      FROM "Contact" WHERE "siteId" = $1 AND "userId" = $2 AND "removedAt" IS NULL
  ), named AS (
    SELECT * FROM mine WHERE name LIKE $3 ORDER BY name USING ~<~ LIMIT ${MOST}
  ), others AS (
    SELECT * FROM mine WHERE text LIKE $4 AND (SELECT count(*) FROM named) < ${MOST} LIMIT ${MOST}
  )
  SELECT 'contact' AS kind, id, "displayName", mail, provider, "isVerified"
    FROM (SELECT true AS "isNamed", * FROM named
          UNION ALL SELECT false, * FROM others WHERE id NOT IN (SELECT id FROM named)) AS found
   ORDER BY "isNamed" DESC, lower(mail) LIKE $3 DESC, name, id LIMIT ${MOST}`;

const HERE = { provider: "", isVerified: false };

/** Whom a person may mean: contacts and, where the site allows it, people and groups of it; names that begin so first. */
export async function suggestPeople(user: UserPrincipal, search: string): Promise<Suggestion[]> {
  const term = search.trim().toLowerCase();
  const { showsSitePeople } = await getSite(user.siteId);
  const [contacts, people, groups] = await Promise.all([
    findContacts(user, term),
    showsSitePeople ? listSitePeople(user, search.trim(), MOST) : [],
    showsSitePeople ? listGroups(user.siteId, { search, limit: MOST }) : [],
  ]);
  const asGroup = ({ id, name }: GroupRow) => ({ ...HERE, kind: "group", id, displayName: name, mail: "" });
  const ofSite = people.map((person) => ({ ...person, ...HERE, kind: "person", mail: person.mail ?? "" }));
  const isPrefix = ({ displayName }: { displayName: string }) => displayName.toLowerCase().startsWith(term);
  const found = [...contacts, ...ofSite, ...groups.map(asGroup)];
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
