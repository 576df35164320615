import { entriesOfProvider, nameInTrail } from "@/lib/admin/audit-of-provider";
import { pool } from "@/lib/core/db";
import { firstIdAt } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { type AuditFilter, AuditPage, type AuditQuery, type AuditView } from "./schema";

/** The id in a reference such as `user:<id>`; null in all others. */
const idIn = (column: string, kind: string) => `substring(${column} from '^${kind}:([0-9a-f-]{36})$')::uuid`;
const joined = (table: string, name: string, column: string, kind: string) =>
  `LEFT JOIN "${table}" ${name} ON ${name}."siteId" = entry."siteId" AND ${name}.id = ${idIn(column, kind)}`;

const named = (entries: string) => `
  SELECT entry.id, entry.at, entry.action, entry.actor, entry.subject, entry.detail, actor."displayName" AS "actorName",
         coalesce(person."displayName", sent."recipientName", received."senderName",
           contact."displayName", guest."displayName", "group".name) AS "subjectName",
         coalesce(sent.provider, received.provider, contact.provider, guest.provider) AS provider
    FROM ${entries}
    ${joined("User", "actor", "entry.actor", "user")}
    ${joined("User", "person", "entry.subject", "user")}
    ${joined("SentShare", "sent", "entry.subject", "sent-share")}
    ${joined("ReceivedShare", "received", "entry.subject", "received-share")}
    ${joined("Contact", "contact", "entry.subject", "contact")}
    ${joined("Invite", "invite", "entry.subject", "invite")}
    LEFT JOIN "Contact" guest ON guest."siteId" = entry."siteId" AND guest.id = invite."usedById"
    ${joined("Group", '"group"', "entry.subject", "group")}
   WHERE entry."siteId" = $1`;

/** Ids are made in the order of time, so moments are bounds of ids, and one index serves both. */
const list = (entries: string) => `
  SELECT * FROM (${named(entries)}
     AND ($2::uuid IS NULL OR entry.id < $2) AND ($3::uuid IS NULL OR entry.id >= $3)
     AND ($4::uuid IS NULL OR entry.id < $4) AND ($5::text IS NULL OR entry.action = $5)) named
   WHERE ($6::text IS NULL OR strpos(lower(concat_ws(' ', actor, "actorName")), lower($6)) > 0)
     AND ($7::text IS NULL OR strpos(lower(concat_ws(
           ' ', action, actor, "actorName", subject, "subjectName", provider, detail)), lower($7)) > 0)
   ORDER BY id DESC LIMIT $8`;

const LIST = list('"AuditEntry" entry');
/** Found first, by their index: else all others would be walked through, and named, on the way to a few. */
const LIST_OF_PROVIDER = `WITH concerned AS MATERIALIZED (${entriesOfProvider("$9::text")})
  ${list('concerned JOIN "AuditEntry" entry ON entry."siteId" = $1 AND entry.id = concerned.id')}`;

/** Each action once, by leaps over its entries in the index. */
const ACTIONS = `
  WITH RECURSIVE known AS (
    SELECT min(action) AS action FROM "AuditEntry" WHERE "siteId" = $1
    UNION ALL
    SELECT (SELECT min(action) FROM "AuditEntry" WHERE "siteId" = $1 AND action > known.action)
      FROM known WHERE known.action IS NOT NULL
  ) SELECT action FROM known WHERE action IS NOT NULL`;

type Row = {
  id: string;
  at: Date;
  action: string;
  actor: string;
  actorName: string | null;
  subject: string;
  subjectName: string | null;
  provider: string | null;
  detail: Record<string, unknown>;
};

/** What was done on this site, newest first, and which actions there are to choose from. */
export async function listAudit({ siteId }: UserPrincipal, query: AuditQuery = {}): Promise<AuditPage> {
  const { limit = 100 } = query;
  const [rows, actions] = await Promise.all([
    readAudit(siteId, { ...query, limit: limit + 1 }),
    pool().query<{ action: string }>(ACTIONS, [siteId]),
  ]);
  const items = rows.slice(0, limit).map(viewAudit);
  return AuditPage.parse({
    actions: actions.rows.map(({ action }) => action),
    items,
    next: rows.length > limit ? items.at(-1)?.id : null,
  });
}

/** The same without an end, for export: as many rows in memory as one statement reads. */
export async function* eachAudit({ siteId }: UserPrincipal, filter: AuditFilter): AsyncGenerator<AuditView> {
  const limit = 500;
  let after: string | undefined;
  do {
    const rows = await readAudit(siteId, { ...filter, after, limit });
    for (const row of rows) yield viewAudit(row);
    after = rows.length === limit ? rows.at(-1)?.id : undefined;
  } while (after);
}

async function readAudit(siteId: string, query: AuditQuery & { limit: number }): Promise<Row[]> {
  const { after, from, until, action, actor, provider, search, limit } = query;
  const bounds = [after, from && firstIdAt(new Date(from)), until && firstIdAt(new Date(until))];
  const values = [siteId, ...bounds, action || null, actor || null, search || null, limit];
  const ofProvider = provider ? [nameInTrail(provider)] : [];
  const { rows } = await pool().query<Row>(ofProvider.length > 0 ? LIST_OF_PROVIDER : LIST, [...values, ...ofProvider]);
  return rows;
}

function viewAudit({ at, actor, actorName, subject, subjectName, provider, id, action, detail }: Row): AuditView {
  return {
    id,
    at: at.toISOString(),
    action,
    actor: viewActor(actor, actorName),
    subject: viewSubject(subject, subjectName, provider || null),
    detail,
  };
}

function viewActor(actor: string, name: string | null): AuditView["actor"] {
  const [, kind, rest = ""] = /^([a-z]+):(.*)$/s.exec(actor) ?? [];
  if (kind === "user") return { kind: "person", name: name ?? "Somebody who is gone" };
  if (kind === "provider") return { kind: "provider", name: rest };
  return { kind: "other", name: actor };
}

/** What is no reference to a row is the name of a Provider. */
function viewSubject(subject: string, name: string | null, provider: string | null): AuditView["subject"] {
  const [, kind] = /^([a-z-]+):[0-9a-f-]{36}$/.exec(subject) ?? [];
  return kind ? { kind, name, provider } : { kind: "provider", name: null, provider: subject };
}
