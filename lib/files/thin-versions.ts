import { inTransaction, pool } from "@/lib/core/db";
import { listSites } from "@/lib/sites/sites";
import { deleteVersions, lockOwner, MOST_VERSIONS } from "./internal/keep-former";

/**
 * How long what a file held before is kept, counted from when it was replaced: all of the last day, then the last of
 * each hour, of each day and of each week. What has a name is kept until somebody deletes it.
 */
export const KEPT_VERSIONS = { allForDays: 1, hourlyForDays: 7, dailyForDays: 31, weeklyForDays: 365 } as const;

const days = (number: number) => `interval '${number} days'`;
const { allForDays, hourlyForDays, dailyForDays, weeklyForDays } = KEPT_VERSIONS;

/** The versions of one person that go: all but the latest of each span, and of those what is too old or too many. */
const OVERDUE = `
WITH ranked AS (
  SELECT v."id", v."nodeId", v."replacedAt", row_number() OVER (
      PARTITION BY v."nodeId", CASE
        WHEN v."replacedAt" > now() - ${days(allForDays)} THEN v."id"::text
        WHEN v."replacedAt" > now() - ${days(hourlyForDays)} THEN 'hour' || date_trunc('hour', v."replacedAt")
        WHEN v."replacedAt" > now() - ${days(dailyForDays)} THEN 'day' || date_trunc('day', v."replacedAt")
        ELSE 'week' || date_trunc('week', v."replacedAt") END
      ORDER BY v."replacedAt" DESC, v."id" DESC
    ) AS place
  FROM "FileVersion" v WHERE v."siteId" = $1 AND v."ownerId" = $2 AND v."name" IS NULL
), numbered AS (
  SELECT r.*, count(*) FILTER (WHERE r.place = 1) OVER (
      PARTITION BY r."nodeId" ORDER BY r."replacedAt" DESC, r."id" DESC
    ) AS number
  FROM ranked r
)
SELECT "id" FROM numbered
WHERE place > 1 OR "replacedAt" <= now() - ${days(weeklyForDays)} OR number > ${MOST_VERSIONS}`;

/** The job that lets versions go as they get older, and gives their room back; `sweepBlobs` removes their bytes. */
export async function thinVersions(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    const owners = await pool().query<{ ownerId: string }>(
      `SELECT DISTINCT "ownerId" FROM "FileVersion" WHERE "siteId" = $1 AND "name" IS NULL`,
      [siteId],
    );
    for (const { ownerId } of owners.rows) {
      await inTransaction("BEGIN", async (client) => {
        await lockOwner(client, { siteId, ownerId });
        const { rows } = await client.query<{ id: string }>(OVERDUE, [siteId, ownerId]);
        const ids = rows.map(({ id }) => id);
        await deleteVersions(client, { siteId, ownerId }, ids);
      });
    }
  }
}
