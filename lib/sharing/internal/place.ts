/**
 * A lateral SQL table of one row: the `path` of a node in its owner's tree, null if there is no such node or it is in
 * the trash, and `isTrashed`. Takes SQL expressions, never values.
 */
export const placeOf = (siteId: string, nodeId: string) => `LATERAL (
  WITH RECURSIVE up AS (
    SELECT lowest.id, lowest."parentId", lowest.name, lowest."trashedAt", 0 AS height
      FROM "FileNode" lowest WHERE lowest."siteId" = ${siteId} AND lowest.id = ${nodeId}
    UNION ALL
    SELECT parent.id, parent."parentId", parent.name, parent."trashedAt", up.height + 1
      FROM up JOIN "FileNode" parent ON parent."siteId" = ${siteId} AND parent.id = up."parentId"
  )
  SELECT CASE WHEN bool_or("trashedAt" IS NOT NULL) THEN NULL
              ELSE string_agg('/' || name, '' ORDER BY height DESC) FILTER (WHERE "parentId" IS NOT NULL) END AS path,
         bool_or("trashedAt" IS NOT NULL) AS "isTrashed"
    FROM up)`;
