import { createHash, randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Logger, runMigrations } from "graphile-worker";
import { withClient } from "./database.mjs";
import { ROOT } from "./paths.mjs";
import { Plain } from "./plain.mjs";

/** The key that Prisma's own engine locks: both never migrate at once. */
const ADVISORY_LOCK = 72707369;
/** The table exactly as Prisma's engine makes it, so that `prisma migrate deploy` and `status` agree with us. */
const BOOKKEEPING = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;
const APPLIED = `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS "isFinished"
  FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name`;
const RECORD = `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
  VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp(), 1)`;

/** The migrations of this version, oldest first. */
export function readMigrations(folder = path.join(ROOT, "prisma/migrations")) {
  const names = fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [];
  return names
    .map((name) => ({ name, file: path.join(folder, name, "migration.sql") }))
    .filter(({ file }) => fs.existsSync(file))
    .map(({ name, file }) => {
      const sql = fs.readFileSync(file, "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    });
}

/** What the database has seen, in the order in which it did. */
export async function readApplied(client) {
  await client.query("SET client_min_messages = warning"); // no notice that the table is there
  await client.query(BOOKKEEPING);
  return (await client.query(APPLIED)).rows;
}

function requireAgreement(applied, migrations) {
  for (const { name, checksum, isFinished } of applied) {
    const known = migrations.find((migration) => migration.name === name);
    if (!isFinished)
      throw new Plain(`The migration ${name} failed half-way earlier: mend it with prisma migrate resolve.`);
    if (!known)
      throw new Plain(`The database was written by a newer version (it has the migration ${name}): update Tessera.`);
    if (known.checksum !== checksum) {
      throw new Plain(
        `The migration ${name} was edited after it was applied. Put it back and write a new one instead.`,
      );
    }
  }
}

/** Applies one migration inside the caller's transaction. */
export async function applyMigration(client, { name, sql, checksum }) {
  try {
    await client.query(sql);
    await client.query(RECORD, [randomUUID(), checksum, name]);
  } catch (error) {
    if (error.code === "53100") throw new Plain("The disk of the database is full.");
    throw new Plain(`The migration ${name} failed and changed nothing: ${error.message}`);
  }
}

/** Brings a database up to date, each migration in its own transaction. Returns the names of those applied now. */
export async function migrate(client, migrations = readMigrations()) {
  await client.query("SELECT pg_advisory_lock($1)", [ADVISORY_LOCK]);
  try {
    const applied = await readApplied(client);
    requireAgreement(applied, migrations);
    const missing = migrations.filter(({ name }) => !applied.some((one) => one.name === name));
    for (const migration of missing) {
      await client.query("BEGIN");
      try {
        await applyMigration(client, migration);
        await client.query("COMMIT");
      } catch (error) {
        await client.query("ROLLBACK");
        throw error;
      }
    }
    return missing.map(({ name }) => name);
  } finally {
    await client.query("SELECT pg_advisory_unlock($1)", [ADVISORY_LOCK]);
  }
}

/**
 * What PostgreSQL is to think of these columns until it has counted a table itself: that nearly all rows say the same in
 * them. Unasked it takes a column that it knows nothing of for one of 200 values; every index begins with the site, and
 * in a young table any of them would then look as good as the one that names the row. The sites are never counted at all:
 * of one that is new it would think that it has no rows. (Before 18 it cannot be told.)
 */
const NOT_TELLING = `DO $$
DECLARE col record;
BEGIN
  FOR col IN
    SELECT c.relname::text AS "table", a.attname::text AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname IN ('siteId', 'ownerId', 'userId')
      AND (a.attname = 'siteId' AND a.attstattarget IS DISTINCT FROM 0 OR NOT EXISTS (
        SELECT FROM pg_stats s WHERE s.schemaname = 'public' AND s.tablename = c.relname AND s.attname = a.attname))
  LOOP
    IF col.name = 'siteId' THEN
      EXECUTE format('ALTER TABLE %I ALTER COLUMN "siteId" SET STATISTICS 0', col.table);
      PERFORM pg_clear_attribute_stats('public', col.table, col.name, false);
    END IF;
    PERFORM pg_restore_attribute_stats('schemaname', 'public', 'relname', col.table, 'attname', col.name,
      'inherited', false, 'null_frac', 0::real, 'avg_width', 16, 'n_distinct', 1::real);
  END LOOP;
END $$`;

/** Helps for the first minutes of a table; where it may not, or would have to wait, all goes on without. */
async function expectFewSites(client) {
  const { rows } = await client.query("SELECT to_regproc('pg_restore_attribute_stats') IS NOT NULL AS can");
  if (!rows[0].can) return;
  await client.query("SET lock_timeout = '2s'");
  await client.query(NOT_TELLING).catch(() => {});
  await client.query("RESET lock_timeout");
}

/** Brings a whole database up to date: our tables, then those of the job queue. Returns the migrations applied now. */
export async function bringUpToDate(url) {
  const applied = await withClient(url, async (client) => {
    const made = await migrate(client);
    await expectFewSites(client);
    return made;
  });
  await runMigrations({ connectionString: url, logger: new Logger(() => () => {}) });
  return applied;
}
