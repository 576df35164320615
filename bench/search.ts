import { database, person, type Setting } from "./setting";
import { percentile, type Row, time } from "./table";

const NODES = 100_000;
const ASKED = ["report", "12345", "annual 77", "zzz", "photo", "f00d", "2026", "abc", "jpg", "minutes"];
/** So often both sides are asked for each before they are measured: the compiler works meanwhile. */
const WARM = 5;
const ROUNDS = 30;

/** A search by name, over HTTP, beside the bare look-up of the same names in SQL. */
export async function search(setting: Setting): Promise<Row[]> {
  const cloud = setting.clouds[0];
  const alice = await person(cloud);
  const folder = await alice.json<{ id: string }>("POST", "/api/files/folders", { path: "/Bench of the search" });
  const pool = database(cloud);
  const { rows } = await pool.query(`SELECT "siteId", "ownerId" FROM "FileNode" WHERE id = $1`, [folder.id]);
  const { siteId, ownerId } = rows[0];
  await pool.query(
    `INSERT INTO "FileNode" ("siteId", id, "ownerId", "parentId", kind, name, "modifiedAt")
     SELECT $1, gen_random_uuid(), $2, $3, 'file', (ARRAY['Annual report','Photo','Minutes of','Letter to'])[1 + n % 4]
              || ' ' || n || ' ' || md5(n::text) || (ARRAY['.jpg','.pdf','.txt'])[1 + n % 3],
            now() - n * interval '1 minute'
     FROM generate_series(1, $4::int) n`,
    [siteId, ownerId, folder.id, NODES],
  );
  await pool.query(`VACUUM ANALYZE "FileNode"`);

  const bareQuery = (asked: string) =>
    pool.query(
      `SELECT id, name, "modifiedAt" FROM "FileNode"
       WHERE "siteId" = $1 AND "ownerId" = $2 AND "trashedAt" IS NULL AND "parentId" IS NOT NULL
         AND plain(name) LIKE '%' || $3 || '%'
       ORDER BY "modifiedAt" DESC, id DESC LIMIT 50`,
      [siteId, ownerId, asked],
    );
  const ask = (asked: string) => alice.json("GET", `/api/search?q=${encodeURIComponent(asked)}`);

  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = -WARM; round < ROUNDS; round++) {
    for (const asked of ASKED) {
      const [bareTime, ourTime] = [await time(() => bareQuery(asked)), await time(() => ask(asked))];
      if (round < 0) continue;
      bare.push(bareTime);
      ours.push(ourTime);
    }
  }
  await pool.query(`DELETE FROM "FileNode" WHERE "siteId" = $1 AND "parentId" = $2`, [siteId, folder.id]);
  await pool.end();
  return [
    {
      what: "search by name over 100,000 files, p95",
      figure: percentile(ours, 0.95),
      unit: "ms",
      yardstick: { name: "bare query, p95", figure: percentile(bare, 0.95) },
    },
  ];
}
