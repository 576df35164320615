import { database, person, type Setting } from "./setting";
import { percentile, type Row, time } from "./table";

const CONTACTS = 100_000;
const ASKED = ["al", "ann", "mar", "son", "cloud-7", "xyz", "ber", "user12", "lin", "example"];
/** So often both sides are asked for each before they are measured: the compiler works meanwhile. */
const WARM = 20;
/** The worst hundredth of what is asked in so many is ten answers. */
const ROUNDS = 100;

/** What the share box asks, over HTTP, beside the bare look-up of the same contacts in SQL. */
export async function autocomplete(setting: Setting): Promise<Row[]> {
  const cloud = setting.clouds[0];
  const alice = await person(cloud);
  const { id: userId } = await alice.json<{ id: string }>("GET", "/api/account");
  const pool = database(cloud);
  const { rows } = await pool.query(`SELECT "siteId" FROM "User" WHERE id = $1`, [userId]);
  const { siteId } = rows[0];
  await pool.query(
    `INSERT INTO "Contact" ("siteId", id, "userId", provider, identifier, "ourIdentifier", "displayName", mail)
     SELECT $1, gen_random_uuid(), $2, 'cloud-' || n % 50 || '.example.org', 'id-' || n, gen_random_uuid(),
            (ARRAY['Alma','Anna','Bernd','Clara','Dario','Marie','Linus','Olson'])[1 + n % 8] || ' ' || md5(n::text),
            'user' || n || '@example.org'
     FROM generate_series(1, $3::int) n`,
    [siteId, userId, CONTACTS],
  );
  await pool.query(`ANALYZE "Contact"`);

  const bareQuery = (search: string) =>
    pool.query(
      `SELECT id, "displayName", mail, provider FROM "Contact"
       WHERE "siteId" = $1 AND "userId" = $2 AND "removedAt" IS NULL
         AND lower("displayName" || ' ' || mail || ' ' || provider) LIKE '%' || $3 || '%'
       LIMIT 8`,
      [siteId, userId, search],
    );
  const ask = (search: string) => alice.json("GET", `/api/people/suggestions?search=${search}`);

  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = -WARM; round < ROUNDS; round++) {
    for (const search of ASKED) {
      const [bareTime, ourTime] = [await time(() => bareQuery(search)), await time(() => ask(search))];
      if (round < 0) continue;
      bare.push(bareTime);
      ours.push(ourTime);
    }
  }
  await pool.query(`DELETE FROM "Contact" WHERE "userId" = $1 AND identifier LIKE 'id-%'`, [userId]);
  await pool.end();
  return [
    {
      what: "autocomplete over 100,000 contacts, p99",
      figure: percentile(ours, 0.99),
      unit: "ms",
      yardstick: { name: "bare query, p99", figure: percentile(bare, 0.99) },
      target: 5,
    },
  ];
}
