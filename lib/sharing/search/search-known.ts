import { pool } from "@/lib/core/db";
import type { SearchQuery } from "@/lib/files/schema";
import { isOfKind, nameHolds } from "@/lib/files/search/statement";
import { termsOf } from "@/lib/files/search/terms";
import { MOST_FOUND } from "@/lib/sharing/schema";
import type { FoundInShare } from "@/lib/sharing/search/messages";

/** So much of what was last seen is looked through: the folders that were used last, as long as they begin within that. */
const MOST_WALKED = 50_000;

/** Parameters: $1 site, $2 where the shares stand. Of each folder how much is looked through before it. */
const FOLDERS = `
  SELECT *, sum("entryCount") OVER (ORDER BY "usedAt" DESC, id) - "entryCount" AS before FROM "KnownFolder"
   WHERE "siteId" = $1 AND "nodeId" = ANY ($2::uuid[]) AND "isCurrent"`;
const LEFT_OUT = `SELECT DISTINCT "nodeId" FROM (${FOLDERS}) f WHERE before >= ${MOST_WALKED}`;

type Row = Pick<FoundInShare, "name" | "kind"> & { nodeId: string; path: string; size: string; modifiedAt: Date };
type Found = { items: FoundInShare[]; isMore: boolean };

/**
 * What is known here to stand in received shares and has that name, by where they stand: the folders that were listed,
 * as they were last seen. Their clouds are asked for nothing. What is left out, since it is too much, is told of as more.
 */
export async function searchKnown(siteId: string, nodeIds: string[], query: SearchQuery): Promise<Map<string, Found>> {
  const values: unknown[] = [siteId, nodeIds];
  const bind = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
  const { kind, from, until } = query;
  const wanted = [
    ...termsOf(query.q).map(({ text }) => nameHolds(text, bind)),
    kind && isOfKind(kind, bind, `n."isFile"`),
    from && `n."modifiedAt" >= ${bind(from, "timestamptz")}`,
    until && `n."modifiedAt" < ${bind(until, "timestamptz")}`,
  ].filter((part) => typeof part === "string");
  const { rows } = await pool().query<Row>(
    `WITH walk AS (
       SELECT e.*, f."nodeId", f.path FROM (${FOLDERS}) f
       JOIN "KnownEntry" e ON e."siteId" = f."siteId" AND e."folderId" = f.id WHERE f.before < ${MOST_WALKED})
     SELECT * FROM (
       SELECT n.name, CASE WHEN n."isFile" THEN 'file' ELSE 'folder' END AS kind, n.size, n."modifiedAt", n."nodeId", n.path,
              row_number() OVER (PARTITION BY n."nodeId" ORDER BY n."modifiedAt" DESC, n.path, n.name) AS place
         FROM walk n WHERE ${["true", ...wanted].join(" AND ")}) found
      WHERE place <= ${MOST_FOUND + 1} ORDER BY "nodeId", place`,
    values,
  );
  const leftOut = await pool().query<Pick<Row, "nodeId">>({
    name: "known-left-out",
    text: LEFT_OUT,
    values: [siteId, nodeIds],
  });
  const isLeftOut = new Set(leftOut.rows.map(({ nodeId }) => nodeId));
  const found = new Map<string, Found>(nodeIds.map((nodeId) => [nodeId, { items: [], isMore: isLeftOut.has(nodeId) }]));
  for (const { nodeId, path, name, kind, size, modifiedAt } of rows) {
    const of = found.get(nodeId);
    if (!of) continue;
    if (of.items.length === MOST_FOUND) of.isMore = true;
    else {
      const folder = path.split("/").slice(1);
      of.items.push({ name, folder, kind, size: Number(size), modifiedAt: modifiedAt.toISOString(), snippet: null });
    }
  }
  return found;
}
