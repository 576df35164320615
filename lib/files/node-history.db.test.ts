import { expect, it, vi } from "vitest";
import { db, pool } from "@/lib/core/db";
import { makeUser } from "@/tests/make";
import { listNodeEvents } from "./node-history";
import { ownTree } from "./own-tree";

type Plan = { "Node Type": string; "Actual Rows": number; "Actual Loops": number; Plans?: Plan[] };
/** What is read from tables and indexes. */
const rowsRead = (plan: Plan): number =>
  (plan["Node Type"].includes("Scan") ? plan["Actual Rows"] * plan["Actual Loops"] : 0) +
  (plan.Plans ?? []).reduce((sum, below) => sum + rowsRead(below), 0);

it("reads of a folder with many files those that changed last and no others", async () => {
  const alice = await makeUser();
  await ownTree(alice).makeFolder(["Many"]);
  const { id } = await db().fileNode.findFirstOrThrow({ where: { siteId: alice.siteId, name: "Many" } });
  await pool().query(
    `INSERT INTO "FileNode" ("siteId", "id", "ownerId", "parentId", "name", "kind", "modifiedAt")
     SELECT $1, gen_random_uuid(), $2, $3, 'file ' || i, 'file', now() + i * interval '1 second'
     FROM generate_series(1, 20000) i`,
    [alice.siteId, alice.userId, id],
  );
  await pool().query(`VACUUM ANALYZE "FileNode"`);
  const query = vi.spyOn(pool(), "query"); // looks on; the statement runs

  const events = await listNodeEvents(alice, id);

  const asked = (query.mock.calls as unknown[][]).find(([text]) => String(text).includes(`n."name" FROM "FileNode" n`));
  query.mockRestore();
  const { rows } = await pool().query(`EXPLAIN (ANALYZE, FORMAT JSON) ${asked?.[0]}`, asked?.[1] as unknown[]);
  const names = events.flatMap((event) => (event.kind === "written-inside" ? event.name : []));
  expect(names).toEqual(Array.from({ length: 50 }, (_, index) => `file ${20_000 - index}`));
  expect(rowsRead(rows[0]["QUERY PLAN"][0].Plan)).toBeLessThanOrEqual(50);
});
