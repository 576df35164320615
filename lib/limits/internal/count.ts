import { pool } from "@/lib/core/db";

export type Counted = { siteId: string; key: string };
export type Count = Counted & { count: number; secondsLeft: number };

/** In the order of the keys, so that two processes which count many at once cannot wait for each other. */
const COUNT = `
INSERT INTO "RateCount" AS c ("siteId", "key", "windowStart", "count")
SELECT counted.site, counted.key, now(), counted.count
  FROM unnest($1::uuid[], $2::text[], $3::int[]) AS counted(site, key, count) ORDER BY 1, 2
ON CONFLICT ("siteId", "key") DO UPDATE SET
  "count" = CASE WHEN c."windowStart" + $4 * interval '1 second' <= now() THEN excluded."count"
    ELSE c."count" + excluded."count" END,
  "windowStart" = CASE WHEN c."windowStart" + $4 * interval '1 second' <= now() THEN now() ELSE c."windowStart" END
RETURNING "siteId", "key", "count",
  ceil(extract(epoch FROM "windowStart" + $4 * interval '1 second' - now()))::int AS "secondsLeft"`;

/** Adds to these counts in windows of so many seconds; says how each of them stands, all processes together. */
export async function addToCounts(counts: (Counted & { count: number })[], seconds: number): Promise<Count[]> {
  const columns = [counts.map(({ siteId }) => siteId), counts.map(({ key }) => key), counts.map(({ count }) => count)];
  return (await pool().query<Count>(COUNT, [...columns, seconds])).rows;
}
