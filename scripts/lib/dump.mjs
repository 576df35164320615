import fs from "node:fs";
import readline from "node:readline";
import { pipeline } from "node:stream/promises";

// A row is kept as PostgreSQL's own text of it, `(1,"a b",)`, which it reads back exactly, whatever the types.
// One row is one line: that text as a JSON string.

const ROWS_AT_ONCE = 1_000;
const BYTES_AT_ONCE = 4 * 1024 * 1024;

/** Our tables, without the bookkeeping and without unlogged ones (counters that may be lost). */
const TABLES = `SELECT relname AS name FROM pg_class
  WHERE relkind = 'r' AND relpersistence = 'p' AND relnamespace = 'public'::regnamespace
    AND relname <> '_prisma_migrations' ORDER BY relname`;

/** The columns to fill. Generated ones fill themselves; a transaction's number means nothing in another cluster. */
const COLUMNS = `SELECT attname AS name FROM pg_attribute
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    AND coalesce(pg_get_expr(adbin, adrelid), '') NOT LIKE '%pg_current_xact_id%' ORDER BY attnum`;

const FOREIGN_KEYS = `SELECT conrelid::regclass::text AS "table", quote_ident(conname) AS name FROM pg_constraint
  WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT condeferrable`;

const SEQUENCES = `SELECT quote_ident(sequencename) AS name, last_value::text AS last FROM pg_sequences
  WHERE schemaname = 'public' AND last_value IS NOT NULL`;

/** The names of the tables that a backup holds. */
export async function listTables(client) {
  return (await client.query(TABLES)).rows.map(({ name }) => name);
}

/** How far each sequence has counted. */
export async function readSequences(client) {
  return (await client.query(SEQUENCES)).rows;
}

async function* linesOf(client, table) {
  await client.query(`DECLARE dump NO SCROLL CURSOR FOR SELECT whole_row::text FROM ${table} AS whole_row`);
  for (;;) {
    const { rows } = await client.query({ text: `FETCH ${ROWS_AT_ONCE} FROM dump`, rowMode: "array" });
    if (rows.length === 0) break;
    yield rows.map(([row]) => `${JSON.stringify(row)}\n`).join("");
  }
  await client.query("CLOSE dump");
}

/** Writes a table to a file, as the caller's transaction sees it. */
export async function dumpTable(client, name, file) {
  await pipeline(linesOf(client, client.escapeIdentifier(name)), fs.createWriteStream(file, { mode: 0o600 }));
}

/** Fills an empty table from a file, inside the caller's transaction. */
export async function loadTable(client, name, file) {
  const table = client.escapeIdentifier(name);
  const columns = (await client.query(COLUMNS, [table])).rows.map((row) => client.escapeIdentifier(row.name));
  const insert = `INSERT INTO ${table} (${columns.join(", ")}) OVERRIDING SYSTEM VALUE
    SELECT ${columns.map((column) => `(whole_row).${column}`).join(", ")}
    FROM (SELECT unnest($1::text[])::${table} AS whole_row OFFSET 0) AS loaded`;
  let batch = [];
  let bytes = 0;
  const flush = async () => {
    if (batch.length > 0) await client.query(insert, [batch]);
    batch = [];
    bytes = 0;
  };
  for await (const line of readline.createInterface({ input: fs.createReadStream(file) })) {
    batch.push(JSON.parse(line));
    bytes += line.length;
    if (batch.length >= ROWS_AT_ONCE || bytes >= BYTES_AT_ONCE) await flush();
  }
  await flush();
}

/**
 * Does the work with every foreign key judged at its end, so that tables can be filled in any order and rows may point
 * at one another; and with triggers of our own at rest, since what they did is in the rows.
 */
export async function withDeferredKeys(client, work) {
  const keys = (await client.query(FOREIGN_KEYS)).rows;
  const tables = (await listTables(client)).map((name) => client.escapeIdentifier(name));
  for (const { table, name } of keys) {
    await client.query(`ALTER TABLE ${table} ALTER CONSTRAINT ${name} DEFERRABLE INITIALLY DEFERRED`);
  }
  for (const table of tables) await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  await work();
  await client.query("SET CONSTRAINTS ALL IMMEDIATE");
  for (const table of tables) await client.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  for (const { table, name } of keys) {
    await client.query(`ALTER TABLE ${table} ALTER CONSTRAINT ${name} NOT DEFERRABLE`);
  }
}

/** Sets each sequence to where it was. */
export async function writeSequences(client, sequences) {
  for (const { name, last } of sequences) await client.query("SELECT setval($1::regclass, $2)", [name, last]);
}
