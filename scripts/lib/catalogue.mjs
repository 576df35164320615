/** Everything that a schema consists of, as name and definition; `hand` marks what Prisma's schema cannot say. */
const QUERIES = {
  table: `SELECT relname AS name, 'table' AS definition, false AS hand FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations'`,
  column: `SELECT relname || '.' || attname AS name,
      concat_ws(' ', format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END,
        'DEFAULT ' || pg_get_expr(adbin, adrelid)) AS definition, attgenerated <> '' AS hand
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations'
      AND attnum > 0 AND NOT attisdropped`,
  constraint: `SELECT relname || '.' || conname AS name, pg_get_constraintdef(pg_constraint.oid) AS definition,
      contype NOT IN ('p', 'f', 'u') AS hand
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE pg_constraint.connamespace = 'public'::regnamespace AND relname <> '_prisma_migrations' AND contype <> 'n'`,
  index: `SELECT pg_class.relname AS name, pg_get_indexdef(indexrelid) AS definition,
      indpred IS NOT NULL OR indexprs IS NOT NULL OR indnullsnotdistinct OR indnatts > indnkeyatts OR EXISTS (
        SELECT FROM unnest(indkey::int2[], indcollation::oid[]) AS part(number, sorting)
        JOIN pg_attribute ON attrelid = indrelid AND attnum = part.number WHERE attcollation <> part.sorting
      ) AS hand
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_class owner ON owner.oid = indrelid
    WHERE pg_class.relnamespace = 'public'::regnamespace AND owner.relname <> '_prisma_migrations'`,
  enum: `SELECT typname AS name, string_agg(enumlabel, ', ' ORDER BY enumsortorder) AS definition, false AS hand
    FROM pg_type JOIN pg_enum ON enumtypid = pg_type.oid WHERE typnamespace = 'public'::regnamespace GROUP BY typname`,
};

/** Reads the catalogue of a database: `kind name` -> `{ definition, hand }`. */
export async function readCatalogue(client) {
  const found = new Map();
  for (const [kind, query] of Object.entries(QUERIES)) {
    const { rows } = await client.query(query);
    for (const { name, definition, hand } of rows) found.set(`${kind} ${name}`, { definition, hand });
  }
  return found;
}

/** An index of the schema may be made narrower by hand, under its name: partial, or with nulls counted as equal. */
const withoutAdditions = ({ definition }) => definition.replace(/ NULLS NOT DISTINCT| WHERE .*$/g, "");

/** What differs between what the schema asks for and what the migrations make, one line each. */
export function differences(wanted, made) {
  const lines = [];
  for (const [name, { definition }] of wanted) {
    const other = made.get(name);
    if (!other) lines.push(`${name} is in the schema and not made by the migrations`);
    else if (other.definition !== definition && !(other.hand && withoutAdditions(other) === definition)) {
      lines.push(`${name} is "${definition}" in the schema and "${other.definition}" after the migrations`);
    }
  }
  for (const [name, { hand }] of made) {
    if (!wanted.has(name) && !hand) lines.push(`${name} is made by the migrations and not in the schema`);
  }
  return lines;
}
