import type { Queryable } from "@/lib/core/db";
import { invalid } from "@/lib/core/errors";
import type { Entry, Page } from "../tree";
import { type NodeRow, toEntry } from "./node-row";
import type { Scope } from "./scope";
import { NODE_COLUMNS } from "./sql";

const MOST = 1000;

/** One page along the index of listings, with the state of the page's folders, in one statement. */
const PAGE = (visible: string, after: string) => `
WITH page AS (
  SELECT ${NODE_COLUMNS}, n."siteId" FROM "FileNode" n
  WHERE n."siteId" = $1 AND n."parentId" = $2 AND n."trashedAt" IS NULL ${visible} ${after}
  ORDER BY (n."kind" = 'file'), n."name" COLLATE "names" LIMIT $3
), folders AS (SELECT array_agg("id") AS ids FROM page WHERE "kind" = 'folder'
), unfolded AS (
  SELECT a.id, count(*) AS count, max(c."at") AS at
  FROM "FileChange" c CROSS JOIN LATERAL unnest(c."ancestors") AS a(id)
  WHERE c."siteId" = $1 AND NOT c."isFolded" AND c."ancestors" && (SELECT ids FROM folders)
    AND a.id = ANY ((SELECT ids FROM folders)::uuid[])
  GROUP BY a.id
)
SELECT p.*, coalesce(v."version", 0) + coalesce(u.count, 0) AS "version", greatest(v."changedAt", u.at) AS "changedAt",
  r."resourceType" AS "mountedType", r."role" AS "mountedRole", r."size" AS "mountedSize"
FROM page p
LEFT JOIN "FolderVersion" v ON v."siteId" = p."siteId" AND v."nodeId" = p."id"
LEFT JOIN unfolded u ON u.id = p."id"
LEFT JOIN "ReceivedShare" r ON p."kind" = 'mount' AND r."siteId" = p."siteId" AND r."id" = p."mountId"
ORDER BY (p."kind" = 'file'), p."name" COLLATE "names"`;

/** The entries of a folder, folders and received shares first. A page goes on after a name, whatever came or went. */
export async function listChildren(
  client: Queryable,
  scope: Scope,
  folderId: string,
  { after, limit = 200 }: { after?: string; limit?: number },
): Promise<Page<Entry>> {
  const size = Math.min(Math.max(1, Math.trunc(limit)), MOST);
  const visible = scope.rootId === null ? "" : `AND n."kind" <> 'mount'`;
  const values: unknown[] = [scope.siteId, folderId, size + 1];
  if (after !== undefined) values.push(...readCursor(after));
  const text = PAGE(
    visible,
    after === undefined ? "" : `AND ((n."kind" = 'file'), n."name" COLLATE "names") > ($4, $5)`,
  );

  const name = `files-list-${scope.rootId === null ? "own" : "share"}-${after === undefined ? "first" : "next"}`;
  const { rows } = await client.query<NodeRow>({ name, text, values });

  const items = rows.slice(0, size);
  const last = items.at(-1);
  return {
    items: items.map((row) => toEntry(scope, row)),
    next: rows.length > size && last ? writeCursor(last) : null,
  };
}

const writeCursor = ({ kind, name }: NodeRow) =>
  Buffer.from(`${kind === "file" ? "f" : "d"}${name}`).toString("base64url");

function readCursor(cursor: string): [isFile: boolean, name: string] {
  const text = Buffer.from(cursor, "base64url").toString();
  const name = text.slice(1);
  if (!/^[fd]/.test(text) || name === "" || name.includes("\0"))
    throw invalid("PAGE_INVALID", "There is no such page.");
  return [text.startsWith("f"), name];
}
