import { pool } from "@/lib/core/db";
import { AppError, invalid } from "@/lib/core/errors";
import { fitProperties } from "./internal/fit-properties";
import { absent } from "./internal/refusals";
import { inTree } from "./internal/sql";
import type { StillAllowed } from "./tree";

type Owner = { siteId: string; userId: string };

/** `name` is "{namespace}name", `value` the whole element. */
export type NodeProperty = { name: string; value: string };
/** One step of a change; without a value it is removed. */
export type PropertyStep = { name: string; value: string | null };

/** Of one node. They count to nobody's room. */
const MOST = 100;
/** Bytes of one property. */
const MAX_NAME = 512;
const MAX_VALUE = 4 * 1024;

/** Bytes. A longer one does not fit into the index. */
const LONGEST_PATH = 1500;

/**
 * What properties are on: a node of one's own, or a place in the received share that stands on one. What is in there has
 * no node here, and its cloud keeps no properties of ours.
 */
export type PropertyPlace = { nodeId: string; path: string };

/** Things whose properties may be read at once: so many are a few MB at most. */
export const READ_AT_ONCE = 25;

const keyOf = ({ nodeId, path }: PropertyPlace) => nodeId + path;

const LIST = `
SELECT p."nodeId", p."path", p."name", p."value" FROM unnest($3::uuid[], $4::text[]) AS asked("nodeId", "path")
JOIN "FileNode" n ON n."siteId" = $1 AND n."ownerId" = $2 AND n."id" = asked."nodeId"
JOIN "NodeProperty" p ON p."siteId" = $1 AND p."nodeId" = n."id" AND p."path" = asked."path"
WHERE $5::text[] IS NULL OR p."name" = ANY ($5)
ORDER BY p."name"`;

/** What programs wrote on things of a person, at most READ_AT_ONCE; gives what is on each. Null for `names`: all of it. */
export async function listProperties(
  { siteId, userId }: Owner,
  places: PropertyPlace[],
  names: string[] | null = null,
): Promise<(place: PropertyPlace) => NodeProperty[]> {
  const values = [siteId, userId, places.map(({ nodeId }) => nodeId), places.map(({ path }) => path), names];
  type Row = NodeProperty & PropertyPlace;
  const { rows } = await pool().query<Row>({ name: "node-properties", text: LIST, values });
  const found = new Map<string, NodeProperty[]>();
  for (const { name, value, ...place } of rows) {
    found.set(keyOf(place), [...(found.get(keyOf(place)) ?? []), { name, value }]);
  }
  return (place) => found.get(keyOf(place)) ?? [];
}

/** By its OFFSET it is looked up for each, and not all properties of the site gone through, as in `childrenOf`. */
const HAVING = `
SELECT asked."nodeId", asked."path" FROM unnest($3::uuid[], $4::text[]) AS asked("nodeId", "path")
WHERE EXISTS (
  SELECT FROM "NodeProperty" p JOIN "FileNode" n ON n."siteId" = $1 AND n."id" = p."nodeId"
  WHERE p."siteId" = $1 AND p."nodeId" = asked."nodeId" AND p."path" = asked."path" AND n."ownerId" = $2
    AND ($5::text[] IS NULL OR p."name" = ANY ($5)) OFFSET 0)`;

/** Of any number of things of a person, those on which programs wrote anything, or something of these names. */
export async function findWritten(
  { siteId, userId }: Owner,
  places: PropertyPlace[],
  names: string[] | null = null,
): Promise<(place: PropertyPlace) => boolean> {
  const values = [siteId, userId, places.map(({ nodeId }) => nodeId), places.map(({ path }) => path), names];
  const { rows } = await pool().query<PropertyPlace>({ name: "having-properties", text: HAVING, values });
  const found = new Set(rows.map(keyOf));
  return found.size === 0 ? () => false : (place) => found.has(keyOf(place));
}

/** Whether something is at a place in a received share, or below it. */
const BELOW = `("path" = $3 OR starts_with("path", $3 || '/'))`;

/**
 * Puts what is on something in a received share, and on what is below it unless `depth` is 0, on its copy there too. What
 * is copied stays behind where a person has too many properties already, and what would be too deep in any case.
 */
export async function carryProperties(
  { siteId, userId }: Owner,
  { nodeId, path }: PropertyPlace,
  to: string,
  { depth, isMove }: { depth?: "0" | "infinity"; isMove: boolean },
): Promise<void> {
  if (!isMove && !(await fitProperties(pool(), { siteId, ownerId: userId }, nodeId, { isCopied: true }))) return;
  await pool().query(
    `INSERT INTO "NodeProperty" ("siteId", "nodeId", "path", "name", "value")
     SELECT "siteId", "nodeId", $4 || substr("path", length($3) + 1), "name", "value" FROM "NodeProperty"
     WHERE octet_length($4 || substr("path", length($3) + 1)) <= ${LONGEST_PATH} AND "siteId" = $1 AND "nodeId" = $2 AND ${depth === "0" ? '"path" = $3' : BELOW} ON CONFLICT DO NOTHING`,
    [siteId, nodeId, path, to],
  );
}

/** Removes what is on something in a received share and on what is below it. */
export async function forgetProperties({ siteId }: Owner, { nodeId, path }: PropertyPlace): Promise<void> {
  const remove = `DELETE FROM "NodeProperty" WHERE "siteId" = $1 AND "nodeId" = $2 AND ${BELOW}`;
  await pool().query(remove, [siteId, nodeId, path]);
}

/**
 * Writes and removes properties of something, all or none, in the order given.
 *
 * @throws NODE_NOT_FOUND, PROPERTY_TOO_LARGE, TOO_MANY_PROPERTIES (507)
 */
export async function changeProperties(
  { siteId, userId }: Owner,
  { nodeId, path }: PropertyPlace,
  steps: PropertyStep[],
  stillAllowed?: StillAllowed,
): Promise<void> {
  const isTooLarge = steps.some(
    ({ name, value }) => Buffer.byteLength(name) > MAX_NAME || Buffer.byteLength(value ?? "") > MAX_VALUE,
  );
  if (isTooLarge) throw invalid("PROPERTY_TOO_LARGE", "A property is too long to be kept here.");
  if (Buffer.byteLength(path) > LONGEST_PATH && steps.some(({ value }) => value !== null)) throw tooManyProperties();
  const last = [...new Map(steps.map(({ name, value }) => [name, value])).entries()];
  const removed = last.flatMap(([name, value]) => (value === null ? name : []));
  const set = last.flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
  await inTree({ siteId, ownerId: userId, stillAllowed }, "shared", async (client) => {
    const { rowCount } = await client.query(
      `SELECT FROM "FileNode" n WHERE n."siteId" = $1 AND n."ownerId" = $2 AND n."id" = $3 AND n."trashedAt" IS NULL
       FOR NO KEY UPDATE`,
      [siteId, userId, nodeId],
    );
    if (rowCount === 0) throw absent();
    const at = `"siteId" = $1 AND "nodeId" = $2 AND "path" = $3`;
    const place = [siteId, nodeId, path];
    const written = [...removed, ...set.map(({ name }) => name)];
    await client.query(`DELETE FROM "NodeProperty" WHERE ${at} AND "name" = ANY ($4::text[])`, [...place, written]);
    const insert = `INSERT INTO "NodeProperty" ("siteId", "nodeId", "path", "name", "value")
      SELECT $1, $2, $3, p."name", p."value" FROM unnest($4::text[], $5::text[]) AS p("name", "value")`;
    await client.query(insert, [...place, set.map(({ name }) => name), set.map(({ value }) => value)]);
    const count = `SELECT FROM "NodeProperty" WHERE ${at} OFFSET ${MOST} LIMIT 1`;
    if ((await client.query(count, place)).rowCount) throw tooManyProperties();
    if (set.length > 0 && !(await fitProperties(client, { siteId, ownerId: userId }, nodeId)))
      throw tooManyProperties();
  });
}

const tooManyProperties = () =>
  new AppError(507, "TOO_MANY_PROPERTIES", "No more properties are kept of this, or of all that is yours.");
