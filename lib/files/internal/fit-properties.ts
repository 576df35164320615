import type { Queryable } from "@/lib/core/db";
import { childrenOf } from "./sql";

/** Bytes of all properties of a person, of which nobody else's room is taken. */
const MAX_TOTAL = 64 * 1024 * 1024;
/** Bytes on one thing that cost no more than the thing itself, of which there may be any number, too. */
const FREE = 1024;

/** How much is on a node $2 and, if $3, on all below it, and whether one of them has more than is free. */
const BELOW = `
WITH RECURSIVE source AS (
  SELECT $2::uuid AS "id"
  UNION ALL
  SELECT n."id" FROM source s CROSS JOIN LATERAL ${childrenOf("$1", 's."id"')} n WHERE $3 AND n."trashedAt" IS NULL
), per_node AS (
  SELECT p.bytes FROM source s CROSS JOIN LATERAL (
    SELECT sum(octet_length(one."name") + octet_length(one."value")) AS bytes FROM "NodeProperty" one
    WHERE one."siteId" = $1 AND one."nodeId" = s."id" OFFSET 0) p
)
SELECT coalesce(sum(bytes), 0) AS bytes, coalesce(max(bytes), 0) > ${FREE} AS "isMuch" FROM per_node`;

const TOTAL = `
SELECT coalesce(sum(octet_length(p."name") + octet_length(p."value")), 0) AS bytes FROM "NodeProperty" p
JOIN "FileNode" n ON n."siteId" = $1 AND n."id" = p."nodeId" WHERE p."siteId" = $1 AND n."ownerId" = $2`;

type Owner = { siteId: string; ownerId: string };

/**
 * Whether the properties of a person are few enough: with those on a node, or also a second time with those on it and,
 * if `isDeep`, on all below it that are to be copied. Little on each thing always fits, so that most writers cost no sum.
 */
export async function fitProperties(
  client: Queryable,
  { siteId, ownerId }: Owner,
  nodeId: string,
  { isCopied = false, isDeep = false } = {},
): Promise<boolean> {
  const asked = await client.query<{ bytes: string; isMuch: boolean }>(BELOW, [siteId, nodeId, isDeep]);
  const [here] = asked.rows;
  if (!here?.isMuch) return true;
  const { rows } = await client.query<{ bytes: string }>(TOTAL, [siteId, ownerId]);
  return Number(rows[0]?.bytes) + (isCopied ? Number(here.bytes) : 0) <= MAX_TOTAL;
}
