import type { QueryResultRow } from "pg";
import { inTransaction, pool } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { readTimeCursor, writeTimeCursor } from "../internal/time-cursor";
import { mediaTypeOf } from "../media-types";
import { type FoundPage, FoundView, type SearchQuery, type Snippet } from "../schema";
import { type Below, type SearchStatement, searchStatement } from "./statement";
import { markWords, placePatternOf, type Term, termsOf, textQueryOf } from "./terms";

type Owner = { siteId: string; userId: string };
type Row = {
  id: string;
  kind: "file" | "folder" | "mount";
  name: string;
  size: string;
  modifiedAt: Date;
  blobId: string | null;
  mountedType: string | null;
  mountedSize: string | null;
  senderName: string | null;
  provider: string | null;
  /** Null: it is in the trash. */
  folder: string | null;
};
type EdgedRow = (Row | { id: null }) & { edgeId: string | null; edgeAt: Date | null; isCut: boolean };

/**
 * What a person has that fits, the newest first: own files and folders by their names or by what is written in them, and
 * by their names the received shares among them. A page may hold fewer than asked for, or none, and yet have a next one.
 *
 * @throws PAGE_INVALID
 */
export async function searchFiles(owner: Owner, query: SearchQuery): Promise<FoundPage> {
  const { items, next } = await search(owner, query, ask);
  return { items, next };
}

/** So many folders below a shared one are looked into. */
const MOST_FOLDERS = 20_000;

/** `isWhole`: there were not more folders than are looked into. */
type FoundBelow = FoundPage & { isWhole: boolean };

/** Somebody on another cloud waits for it, and whoever works here must not. */
const LONGEST_MS = 1_000;
const STOPPED = "57014";

/**
 * What of a person stands below one folder of his and fits, found as by `searchFiles`: `folder` is the path from there,
 * and nothing tells of what lies above or beside. Received shares are not found.
 *
 * @throws BUSY where it takes too long, PAGE_INVALID
 */
export async function searchBelow(
  owner: Owner,
  root: string,
  query: SearchQuery,
  { mostFolders = MOST_FOLDERS } = {},
): Promise<FoundBelow> {
  const begin = `BEGIN; SET LOCAL statement_timeout = ${LONGEST_MS}`;
  const inTime: Ask = <Row extends QueryResultRow>(statement: SearchStatement) =>
    inTransaction(begin, (client) => client.query<Row>(statement));
  try {
    return await search(owner, query, inTime, { root, mostFolders });
  } catch (error) {
    if ((error as { code?: string }).code !== STOPPED) throw error;
    throw new AppError(503, "BUSY", "This took too long to look for. Try again in a while.", { retryAfter: 30 });
  }
}

type Ask = <Row extends QueryResultRow>(statement: SearchStatement) => Promise<{ rows: Row[] }>;
const ask: Ask = (statement) => pool().query(statement);

async function search(owner: Owner, query: SearchQuery, asked: Ask, below?: Below): Promise<FoundBelow> {
  const terms = termsOf(query.q);
  const before = query.after === undefined ? null : readTimeCursor(query.after);
  const candidates = 2 * query.limit + 1; // some may turn out to be in the trash
  const { rows } = await asked<EdgedRow>(searchStatement(owner, query, { terms, before, candidates, below }));

  const found = rows.filter((row): row is Row & EdgedRow => row.id !== null);
  const visible = found.filter(({ folder }) => folder !== null);
  const shown = visible.slice(0, query.limit);
  const snippets = await snippetsOf(owner, shown, terms, asked);
  return {
    items: shown.map((row) => viewFound(row, snippets.get(row.blobId ?? "") ?? null)),
    next: nextOf(rows[0], { found, visible, shown, candidates }),
    isWhole: !rows[0]?.isCut,
  };
}

type Looked = { found: Row[]; visible: Row[]; shown: Row[]; candidates: number };

function nextOf(row: EdgedRow | undefined, { found, visible, shown, candidates }: Looked): string | null {
  const last = visible.length > shown.length ? shown.at(-1) : found.length === candidates ? found.at(-1) : null;
  if (last) return writeTimeCursor({ at: last.modifiedAt, id: last.id });
  return row?.edgeId && row.edgeAt ? writeTimeCursor({ at: row.edgeAt, id: row.edgeId }) : null;
}

function viewFound(row: Row, snippet: Snippet | null): FoundView {
  const { id, name, folder, mountedType, mountedSize } = row;
  const isMount = row.kind === "mount";
  const kind = row.kind === "file" || (isMount && mountedType === "file") ? "file" : "folder";
  const size = isMount ? mountedSize : row.size;
  return FoundView.parse({
    id,
    name,
    kind,
    size: kind === "folder" ? 0 : size === null ? null : Number(size),
    mediaType: kind === "file" ? mediaTypeOf(name) : null,
    modifiedAt: row.modifiedAt.toISOString(),
    folder,
    sharedBy: isMount ? { name: row.senderName ?? "", provider: row.provider ?? "" } : null,
    snippet,
  });
}

/** Of a text around the first word that was looked for, in characters. */
const BEFORE = 60;
const LENGTH = 240;

/** Where the texts of these say what was looked for, by blob. */
async function snippetsOf({ siteId, userId }: Owner, rows: Row[], terms: Term[], asked: Ask) {
  const textQuery = textQueryOf(terms);
  const blobs = rows.flatMap(({ blobId }) => blobId ?? []);
  if (!textQuery || blobs.length === 0) return new Map<string, Snippet>();
  const found = await asked<{ blobId: string; at: number; text: string }>({
    text: `SELECT t."blobId", place.at, substr(t."text", place.at, ${LENGTH}) AS "text" FROM "BlobText" t
     CROSS JOIN LATERAL (SELECT greatest(1, regexp_instr(plain(t."text"), plain($5)) - ${BEFORE}) AS at) place
     WHERE t."siteId" = $1 AND t."ownerId" = $2 AND t."blobId" = ANY ($3) AND t."state" = 'read'
       AND t."words" @@ to_tsquery('plain', $4)`,
    values: [siteId, userId, blobs, textQuery, placePatternOf(terms)],
  });
  return new Map(found.rows.map(({ blobId, at, text }) => [blobId, markWords(inWhole(text, at > 1), terms)]));
}

/** Cut between words, with dots where something is left out. */
function inWhole(text: string, isCut: boolean): string {
  const start = isCut ? `…${text.slice(text.indexOf(" ") + 1)}` : text;
  return text.length < LENGTH ? start : `${start.slice(0, start.lastIndexOf(" ") + 1 || undefined).trimEnd()}…`;
}
