import { childrenOf, pathOf } from "../internal/sql";
import type { TimeCursor } from "../internal/time-cursor";
import { namesOfKind } from "../media-types";
import type { SearchQuery } from "../schema";
import { isShort, type Term, textQueryOf } from "./terms";

/** So many of a person's things are looked through at once where no index knows the words. */
const MOST_WALKED = 2_000;

/** What a page of the search is: a text and its values, of which `$1` is the site and `$2` the owner. */
export type SearchStatement = { text: string; values: unknown[] };

/** The columns of what is found, of a node `n` and the received share `r` that stands there. */
const FOUND = `n."id", n."kind", n."name", n."size", n."modifiedAt", n."blobId",
  r."resourceType" AS "mountedType", r."size" AS "mountedSize", r."senderName", r."provider"`;
const MOUNTED = `LEFT JOIN "ReceivedShare" r ON n."kind" = 'mount' AND r."siteId" = n."siteId" AND r."id" = n."mountId"`;
const NEWEST_FIRST = `ORDER BY n."modifiedAt" DESC, n."id" DESC`;
const OWN = `n."siteId" = $1 AND n."ownerId" = $2 AND n."trashedAt" IS NULL AND n."parentId" IS NOT NULL`;

/** The folder of a node `n`. */
const FOLDER = pathOf("$1", `n."parentId"`);

/** What is searched below: a folder, and into how many of those that are below it is looked. */
export type Below = { root: string; mostFolders: number };

/**
 * The folders from a shared one down, each with its path from there: nothing above it, beside it or in the trash is
 * reached, and no received share.
 */
const foldersBelow = (root: string, most: string) => `RECURSIVE down AS (
    SELECT f."id", '' AS "path" FROM "FileNode" f
     WHERE f."siteId" = $1 AND f."ownerId" = $2 AND f."id" = ${root} AND f."kind" = 'folder' AND f."trashedAt" IS NULL
    UNION ALL
    SELECT f."id", down."path" || '/' || f."name" FROM down CROSS JOIN LATERAL ${childrenOf("$1", `down."id"`)} f
     WHERE f."kind" = 'folder' AND f."trashedAt" IS NULL
  ), below AS MATERIALIZED (SELECT * FROM down LIMIT ${most}), `;
const IS_BELOW = `n."kind" <> 'mount' AND n."parentId" IN (SELECT "id" FROM below)`;
const FOLDER_BELOW = `(SELECT coalesce(nullif("path", ''), '/') FROM below WHERE below."id" = n."parentId")`;

/**
 * Up to `candidates` of what a person has that fits, the newest first, each with its folder: of all, or below one folder
 * alone, with paths from there. `edgeId` and `edgeAt` say how far was looked where not all was, `isCut` that there may be
 * more folders than were looked into; a row without `id` is there for their sake.
 */
export function searchStatement(
  { siteId, userId }: { siteId: string; userId: string },
  query: SearchQuery,
  { terms, before, candidates, below }: Looked,
): SearchStatement {
  const values: unknown[] = [siteId, userId];
  const bind = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
  const most = below && bind(below.mostFolders, "int");
  const folders = below && most ? foldersBelow(bind(below.root, "uuid"), most) : null;
  const bounds = [OWN, ...(folders ? [IS_BELOW] : []), ...boundsOf(query, before, bind)].join(" AND ");
  const filters = filtersOf(query, bind);
  const named = [...filters, ...terms.map(({ text }) => nameHolds(text, bind))];
  const limit = bind(candidates, "int");

  const found = terms.every(isShort)
    ? walked(bounds, named, limit)
    : indexed(bounds, { named, written: writtenOf(query, terms, filters, bind), limit });
  return {
    text: `WITH ${folders ?? ""}${found}, page AS (
      SELECT ${FOUND}, ${folders ? FOLDER_BELOW : FOLDER} AS "folder" FROM candidate
      JOIN "FileNode" n ON n."siteId" = $1 AND n."id" = candidate."id" ${MOUNTED}
    ) SELECT page.*, edge."id" AS "edgeId", edge."modifiedAt" AS "edgeAt",
      ${folders ? `(SELECT count(*) >= ${most} FROM below)` : "false"} AS "isCut" FROM edge LEFT JOIN page ON true
    ORDER BY page."modifiedAt" DESC, page."id" DESC`,
    values,
  };
}

type Looked = { terms: Term[]; before: TimeCursor | null; candidates: number; below?: Below };
type Bind = (value: unknown, type: string) => string;

/** By the letters of names, and by the words of texts: both stop at what is shown. */
function indexed(bounds: string, { named, written, limit }: { named: string[]; written: string[]; limit: string }) {
  const byName = `(SELECT n."id", n."modifiedAt" FROM "FileNode" n ${MOUNTED}
    WHERE ${[bounds, ...named].join(" AND ")} ${NEWEST_FIRST} LIMIT ${limit})`;
  const byText = `(SELECT n."id", n."modifiedAt" FROM "BlobText" t
    JOIN "FileNode" n ON n."siteId" = t."siteId" AND n."blobId" = t."blobId" ${MOUNTED}
    WHERE t."siteId" = $1 AND t."ownerId" = $2 AND t."state" = 'read' AND ${[...written, bounds].join(" AND ")}
    ${NEWEST_FIRST} LIMIT ${limit})`;
  const both = written.length > 0 ? `${byName} UNION ${byText}` : byName;
  return `candidate AS (SELECT n."id", n."modifiedAt" FROM (${both}) n ${NEWEST_FIRST} LIMIT ${limit}),
    edge AS (SELECT NULL::uuid AS "id", NULL::timestamptz AS "modifiedAt")`;
}

/** By looking at one after the other, so far and no further. */
function walked(bounds: string, named: string[], limit: string) {
  return `walk AS MATERIALIZED (
      SELECT n.* FROM "FileNode" n WHERE ${bounds} ${NEWEST_FIRST} LIMIT ${MOST_WALKED}
    ), candidate AS (
      SELECT n."id", n."modifiedAt" FROM walk n ${MOUNTED} WHERE ${["true", ...named].join(" AND ")}
      ${NEWEST_FIRST} LIMIT ${limit}
    ), edge AS (
      SELECT (array_agg("id" ORDER BY "modifiedAt", "id") FILTER (WHERE count = ${MOST_WALKED}))[1] AS "id",
        min("modifiedAt") FILTER (WHERE count = ${MOST_WALKED}) AS "modifiedAt"
      FROM (SELECT "id", "modifiedAt", count(*) OVER () AS count FROM walk) counted
    )`;
}

function boundsOf({ from, until }: SearchQuery, before: TimeCursor | null, bind: Bind): string[] {
  return [
    from && `n."modifiedAt" >= ${bind(from, "timestamptz")}`,
    until && `n."modifiedAt" < ${bind(until, "timestamptz")}`,
    before && `(n."modifiedAt", n."id") < (${bind(before.at, "timestamptz")}, ${bind(before.id, "uuid")})`,
  ].filter((part) => typeof part === "string");
}

function filtersOf({ kind, owner, sharedBy }: SearchQuery, bind: Bind): string[] {
  return [
    kind && isOfKind(kind, bind),
    owner && `n."kind" ${owner === "me" ? "<>" : "="} 'mount'`,
    sharedBy !== undefined && `r."senderName" = ${bind(sharedBy, "text")}`,
  ].filter((part) => typeof part === "string");
}

const IS_FILE = `(n."kind" = 'file' OR coalesce(r."resourceType" = 'file', false))`;

/** That something called `n."name"` is of a kind. */
export function isOfKind(kind: NonNullable<SearchQuery["kind"]>, bind: Bind, isFile = IS_FILE): string {
  if (kind === "folder") return `NOT ${isFile}`;
  const { extensions, names } = namesOfKind(kind);
  const hasExtension = `n."name" LIKE '%.%' AND lower(split_part(n."name", '.', -1)) = ANY (${bind(extensions, "text[]")})`;
  return `${isFile} AND (${hasExtension} OR lower(n."name") = ANY (${bind(names, "text[]")}))`;
}

/** That a name `n."name"` holds a text, wherever. */
export function nameHolds(text: string, bind: Bind): string {
  return `plain(n."name") LIKE plain(${bind(`%${text.replace(/[\\%_]/g, "\\$&")}%`, "text")})`;
}

/** What must hold of a text; empty: texts are not what is looked for. */
function writtenOf({ owner, sharedBy, kind }: SearchQuery, terms: Term[], filters: string[], bind: Bind): string[] {
  const isElsewhere = owner === "others" || sharedBy !== undefined || (kind && !HAS_TEXT.has(kind));
  const textQuery = isElsewhere ? null : textQueryOf(terms);
  return textQuery ? [`t."words" @@ to_tsquery('plain', ${bind(textQuery, "text")})`, ...filters] : [];
}
const HAS_TEXT = new Set(["text", "pdf", "office"]);
