import { pool } from "@/lib/core/db";
import { isAppError } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { looseProvider } from "@/lib/protocol/ocm/address";

// Which entries of the audit trail concern another cloud: the trail holds references, and this follows them.

/** Who it came from if that is another cloud, else what was done to something. The index has it in these very words. */
const PARTY = `(CASE WHEN entry."actor" LIKE 'provider:%' THEN entry."actor" ELSE entry."subject" END COLLATE "C")`;
/** What was shared on, and the cloud of whoever got it that way. The index has both in these very words. */
const IS_RESHARED = `entry."action" LIKE '%reshare%'`;
const RESHARED_TO = `(substring(entry."detail"->>'shareWith' from '@([^@]*)$') COLLATE "C")`;
/** Of these the cloud stands in what else was written down. */
const NAMED_IN_DETAIL = ["providers-imported", "delivery-retried", "delivery-dropped"];

/** The ids of all entries of site `$1` that concern the cloud that a parameter names, each once. */
export const entriesOfProvider = (provider: string) => `
  SELECT entry.id
    FROM (SELECT ${provider} UNION ALL SELECT 'provider:' || ${provider}
          UNION ALL SELECT 'sent-share:' || id FROM "SentShare" WHERE "siteId" = $1 AND provider = ${provider}
          UNION ALL SELECT 'received-share:' || id FROM "ReceivedShare" WHERE "siteId" = $1 AND provider = ${provider}
          UNION ALL SELECT 'contact:' || id FROM "Contact" WHERE "siteId" = $1 AND provider = ${provider}
          UNION ALL SELECT 'invite:' || invite.id
            FROM "Contact" guest JOIN "Invite" invite ON invite."siteId" = $1 AND invite."usedById" = guest.id
           WHERE guest."siteId" = $1 AND guest.provider = ${provider}) AS concerned (party)
    JOIN "AuditEntry" entry ON entry."siteId" = $1 AND ${PARTY} = concerned.party
  UNION
  SELECT entry.id FROM "AuditEntry" entry WHERE entry."siteId" = $1 AND ${IS_RESHARED} AND ${RESHARED_TO} = ${provider}
  UNION
  SELECT entry.id FROM "AuditEntry" entry
   WHERE entry."siteId" = $1 AND entry.action IN (${NAMED_IN_DETAIL.map((action) => `'${action}'`).join(", ")})
     AND (entry.detail->>'provider' = ${provider} OR entry.detail->'providers' ? ${provider})`;

/** As a cloud is named in the trail. What can be no cloud's name stays as it is, and finds nothing. */
export function nameInTrail(typed: string): string {
  try {
    return looseProvider(typed);
  } catch (error) {
    if (isAppError(error)) return typed;
    throw error;
  }
}

/** By leaps from one cloud to the next in the index; `;` comes after `:`. */
const PROVIDERS = `
  WITH RECURSIVE heard AS (
    (SELECT ${PARTY} AS party FROM "AuditEntry" entry
      WHERE entry."siteId" = $1 AND ${PARTY} >= 'provider:' AND ${PARTY} < 'provider;' ORDER BY 1 LIMIT 1)
    UNION ALL
    SELECT (SELECT ${PARTY} FROM "AuditEntry" entry
             WHERE entry."siteId" = $1 AND ${PARTY} > heard.party AND ${PARTY} < 'provider;' ORDER BY 1 LIMIT 1)
      FROM heard WHERE heard.party IS NOT NULL
  ), named AS (
    SELECT substr(party, length('provider:') + 1) AS provider FROM heard WHERE party IS NOT NULL
    UNION SELECT provider FROM "Provider" WHERE "siteId" = $1
  ) SELECT provider FROM named WHERE strpos(provider, lower($2)) > 0 ORDER BY provider LIMIT $3`;

const MOST_NAMES = 100;

/** Clouds that this site has heard of, also such as were removed since, whose names hold these letters; the first hundred. */
export async function listAuditedProviders({ siteId }: UserPrincipal, search = ""): Promise<string[]> {
  const { rows } = await pool().query<{ provider: string }>(PROVIDERS, [siteId, search.trim(), MOST_NAMES]);
  return rows.map(({ provider }) => provider);
}
