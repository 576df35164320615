import { pool } from "@/lib/core/db";

export type Count = { key: string; count: number; secondsLeft: number };

/** In the order of the keys, so that two processes which count many at once cannot wait for each other. */
const COUNT = `
INSERT INTO "RateCount" AS c ("key", "windowStart", "count")
SELECT counted.key, now(), counted.count FROM unnest($1::text[], $2::int[]) AS counted(key, count) ORDER BY 1
ON CONFLICT ("key") DO UPDATE SET
  "count" = CASE WHEN c."windowStart" + $3 * interval '1 second' <= now() THEN excluded."count"
    ELSE c."count" + excluded."count" END,
  "windowStart" = CASE WHEN c."windowStart" + $3 * interval '1 second' <= now() THEN now() ELSE c."windowStart" END
RETURNING "key", "count", ceil(extract(epoch FROM "windowStart" + $3 * interval '1 second' - now()))::int AS "secondsLeft"`;

/** Adds to the counts of these keys in windows of so many seconds; says how each of them stands, all processes together. */
export async function addToCounts(counts: ReadonlyMap<string, number>, seconds: number): Promise<Count[]> {
  const values = [[...counts.keys()], [...counts.values()], seconds];
  return (await pool().query<Count>(COUNT, values)).rows;
}
