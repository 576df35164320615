import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "@/lib/core/db";
import { differences, readCatalogue } from "@/scripts/lib/catalogue.mjs";

// What `npm test` compares: here against a database that somebody has changed, and that is taken back.

let client: pg.PoolClient;

beforeAll(async () => {
  client = await pool().connect();
});

afterAll(() => client.release());

/** What would be told if a change were in the migrations and not in the schema. */
async function differencesAfter(change: string): Promise<string[]> {
  const wanted = await readCatalogue(client);
  await client.query("BEGIN");
  await client.query(change);
  const made = await readCatalogue(client);
  await client.query("ROLLBACK");
  return differences(wanted, made);
}

describe("the comparison of schema and migrations", () => {
  it.each([
    ["a missing column", 'ALTER TABLE "User" DROP COLUMN "displayName"', /^column User\.displayName is in the schema/],
    ["another type", 'ALTER TABLE "User" ALTER "displayName" TYPE varchar(10)', /^column User\.displayName is "/],
    [
      "a column that may be empty",
      'ALTER TABLE "User" ALTER "displayName" DROP NOT NULL',
      /^column User\.displayName is "/,
    ],
    ["a column too many", 'ALTER TABLE "User" ADD "shoeSize" int', /^column User\.shoeSize is made by the migrations/],
    ["a table too many", 'CREATE TABLE "Shoe" (id int PRIMARY KEY)', /^table Shoe is made by the migrations/],
    ["a missing value", "ALTER TYPE \"ProviderRule\" RENAME VALUE 'anyone' TO 'everyone'", /^enum ProviderRule is "/],
  ])("tells of %s", async (_, change, line) => {
    expect(await differencesAfter(change)).toContainEqual(expect.stringMatching(line));
  });

  it("tells of each index and foreign key that is missing", async () => {
    const { rows } = await client.query<{ kind: string; name: string; drop: string }>(`
      SELECT 'constraint' AS kind, relname || '.' || conname AS name,
             format('ALTER TABLE %I DROP CONSTRAINT %I', relname, conname) AS drop
        FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
       WHERE contype = 'f' AND connamespace = 'public'::regnamespace
       UNION ALL
      SELECT 'index', relname, format('DROP INDEX %I', relname)
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
       WHERE relnamespace = 'public'::regnamespace AND NOT indisunique`);
    expect(rows.length).toBeGreaterThan(50);
    for (const { kind, name, drop } of rows.filter((_, index) => index % 10 === 0)) {
      expect(await differencesAfter(drop)).toContainEqual(
        `${kind} ${name} is in the schema and not made by the migrations`,
      );
    }
  });

  it("tells of nothing where nothing differs", async () => {
    expect(await differencesAfter("SELECT 1")).toEqual([]);
  });
});
