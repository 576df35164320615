import type { Queryable } from "@/lib/core/db";
import { mediaTypeOf } from "../media-types";
import type { Entry, TreePath } from "../tree";
import { fitProperties } from "./fit-properties";
import { withRoom } from "./keep-former";
import { QUOTA, USED } from "./lease";
import { type NodeRow, requireEtag, toEntry } from "./node-row";
import { LOG_CHANGE, PLACE, placeOf } from "./place";
import { absent, isReceivedShare, nameTaken, quotaExceeded, rootStays, tooMuch } from "./refusals";
import { requireWritable, type Scope } from "./scope";
import { childrenOf, inTree, isGone, isTaken, NODE_COLUMNS } from "./sql";
import { clearTarget } from "./target";
import { walkTo } from "./walk";

/** Nodes cost no room of anybody's: what doubles with each copy into itself must have an end. */
const MAX_COPIED = 50_000;
const IS_TOO_MUCH = `
WITH RECURSIVE source AS (
  SELECT $2::uuid AS "id"
  UNION ALL
  SELECT n."id" FROM source s CROSS JOIN LATERAL ${childrenOf("$1", 's."id"')} n WHERE n."trashedAt" IS NULL
)
SELECT FROM source OFFSET ${MAX_COPIED} LIMIT 1`;

/**
 * New nodes over the same blobs, with what programs wrote on the old ones, as far as that fits. What is in the trash and what others shared
 * with the owner stays behind. Counts the bytes like any others: a copy can be changed, the original deleted.
 */
const COPY = `
WITH RECURSIVE ${PLACE}, source AS (
  SELECT n."id", n."kind", n."name", n."blobId", n."size", n."mediaType", n."modifiedAt", n."writtenBy",
    gen_random_uuid() AS "newId", $2::uuid AS "newParent", 0 AS depth
  FROM "FileNode" n WHERE n."siteId" = $1 AND n."id" = $5
  UNION ALL
  SELECT n."id", n."kind", n."name", n."blobId", n."size", n."mediaType", n."modifiedAt", n."writtenBy",
    gen_random_uuid(), s."newId", s.depth + 1
  FROM source s CROSS JOIN LATERAL ${childrenOf("$1", 's."id"')} n
  WHERE n."trashedAt" IS NULL AND n."kind" <> 'mount' AND $6
), total AS (SELECT sum("size") AS size FROM source
), paid AS (
  UPDATE "User" u SET "used" = u."used" + total.size FROM total, "Site" s
  WHERE u."siteId" = $1 AND u."id" = $4 AND s."id" = $1
    AND (total.size = 0 OR ${QUOTA} IS NULL OR ${USED} + total.size <= ${QUOTA})
  RETURNING u."id"
), copies AS (
  INSERT INTO "FileNode" AS n
    ("siteId", "ownerId", "id", "parentId", "kind", "name", "blobId", "size", "mediaType", "modifiedAt", "writtenBy")
  SELECT $1, $4, s."newId", s."newParent", s."kind", CASE WHEN s.depth = 0 THEN $7 ELSE s."name" END, s."blobId",
    s."size", CASE WHEN s.depth = 0 THEN $8 ELSE s."mediaType" END, s."modifiedAt", s."writtenBy"
  FROM source s, paid, place
  RETURNING ${NODE_COLUMNS}
), properties AS (
  INSERT INTO "NodeProperty" ("siteId", "nodeId", "name", "value")
  SELECT $1, s."newId", p."name", p."value"
  FROM source s CROSS JOIN LATERAL (
    SELECT one."name", one."value" FROM "NodeProperty" one
    WHERE one."siteId" = $1 AND one."nodeId" = s."id" AND one."path" = '' OFFSET 0
  ) p, paid, place WHERE $9
), node AS (
  SELECT c.* FROM copies c WHERE c."id" = (SELECT s."newId" FROM source s WHERE s.depth = 0)
), change AS (${LOG_CHANGE})
SELECT node.*, 0 AS "version", (SELECT count(*) FROM paid) AS paid, (SELECT size FROM total) AS total
FROM (SELECT 1) one LEFT JOIN node ON true`;

/** @throws NODE_NOT_FOUND, NOT_A_FOLDER, READ_ONLY, NAME_TAKEN, NAME_INVALID, QUOTA_EXCEEDED, INTO_ITSELF, TOO_MUCH */
export async function copyNode(
  scope: Scope,
  from: TreePath,
  to: TreePath,
  { overwrite, depth = "infinity", ifMatch }: { overwrite?: boolean; depth?: "0" | "infinity"; ifMatch?: string },
): Promise<Entry> {
  requireWritable(scope);
  if (from.length === 0) throw rootStays();
  let total = 0;
  const copy = async (client: Queryable) => {
    const source = await walkTo(client, scope, from);
    if (source.node.kind === "mount") throw isReceivedShare();
    requireEtag(scope, source.node, ifMatch);
    if (source.node.kind === "folder" && depth === "infinity") await requireBounded(client, scope, source.node.id);
    const { folderId, name } = await clearTarget(client, scope, { source: source.chain, to, overwrite });
    const mediaType = source.node.kind === "file" ? mediaTypeOf(name) : null;
    const isDeep = depth === "infinity";
    const withProperties = await fitProperties(client, scope, source.node.id, { isCopied: true, isDeep });
    const what = [source.node.id, isDeep, name, mediaType, withProperties];
    const values = [...placeOf(scope, folderId), scope.ownerId, ...what];
    const { rows } = await client.query<Partial<NodeRow> & { paid: string; total: string }>(COPY, values);
    const [copied] = rows;
    total = Number(copied?.total ?? 0);
    if (copied?.paid === "0") throw quotaExceeded();
    if (!copied?.id) throw absent();
    return toEntry(scope, copied as NodeRow);
  };
  const copying = withRoom(
    scope,
    () => total,
    () => inTree(scope, "shared", copy),
  );
  return copying.catch((error) => {
    if (isTaken(error)) throw nameTaken();
    throw isGone(error) ? absent() : error;
  });
}

async function requireBounded(client: Queryable, { siteId }: Scope, nodeId: string): Promise<void> {
  const { rowCount } = await client.query(IS_TOO_MUCH, [siteId, nodeId]);
  if (rowCount) throw tooMuch(MAX_COPIED);
}
