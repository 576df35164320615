import { pool } from "@/lib/core/db";
import type { SearchQuery } from "@/lib/files/schema";
import { isOfKind, nameHolds } from "@/lib/files/search/statement";
import { termsOf } from "@/lib/files/search/terms";
import { type FoundInShare, MOST_FOUND } from "@/lib/sharing/search/messages";

/** So much of what was last seen is looked through, that of the folders that were used last. */
const MOST_WALKED = 50_000;

type Row = Pick<FoundInShare, "name" | "kind"> & { nodeId: string; path: string; size: string; modifiedAt: Date };
type Found = { items: FoundInShare[]; isMore: boolean };

/**
 * What is known here to stand in received shares and has that name, by where they stand: the folders that were listed,
 * as they were last seen. Their clouds are asked for nothing.
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
       SELECT e.*, f."nodeId", f.path FROM (
         SELECT * FROM "KnownFolder" WHERE "siteId" = $1 AND "nodeId" = ANY ($2::uuid[]) AND "isCurrent"
          ORDER BY "usedAt" DESC) f
       JOIN "KnownEntry" e ON e."siteId" = f."siteId" AND e."folderId" = f.id LIMIT ${MOST_WALKED})
     SELECT * FROM (
       SELECT n.name, CASE WHEN n."isFile" THEN 'file' ELSE 'folder' END AS kind, n.size, n."modifiedAt", n."nodeId", n.path,
              row_number() OVER (PARTITION BY n."nodeId" ORDER BY n."modifiedAt" DESC, n.path, n.name) AS place
         FROM walk n WHERE ${["true", ...wanted].join(" AND ")}) found
      WHERE place <= ${MOST_FOUND + 1} ORDER BY "nodeId", place`,
    values,
  );
  const found = new Map<string, Found>(nodeIds.map((nodeId) => [nodeId, { items: [], isMore: false }]));
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
