import { config } from "@/lib/core/config";
import { db, pool } from "@/lib/core/db";
import { type AppError, tooMany } from "@/lib/core/errors";

/** `key` says who and what, and names the site: `sign-in:<siteId>:<address>`. */
export type Limit = { key: string; max: number; seconds: number };

const COUNT = `INSERT INTO "RateCount" AS c ("key", "windowStart", "count") VALUES ($1, now(), 1)
  ON CONFLICT ("key") DO UPDATE SET
    "count" = CASE WHEN c."windowStart" + $2 * interval '1 second' <= now() THEN 1 ELSE c."count" + 1 END,
    "windowStart" = CASE WHEN c."windowStart" + $2 * interval '1 second' <= now() THEN now() ELSE c."windowStart" END
  RETURNING "count", ceil(extract(epoch FROM "windowStart" + $2 * interval '1 second' - now()))::int AS "secondsLeft"`;

/**
 * Counts one try and refuses it beyond `max` in `seconds`; returns how many there were. Counted in the database, so it
 * holds across processes; outside the caller's transaction, so it holds when that is rolled back.
 *
 * @throws TOO_MANY_REQUESTS with `retryAfter`
 */
export async function limit({ key, max, seconds }: Limit): Promise<number> {
  if (!config().limitsAreOn) return 0;
  const { rows } = await pool().query<{ count: number; secondsLeft: number }>(COUNT, [key, seconds]);
  const { count, secondsLeft } = rows[0] ?? { count: 0, secondsLeft: 0 };
  if (count > max) throw tooManyTries(secondsLeft);
  return count;
}

/** The refusal of a limit, which says when the next try is taken. */
export function tooManyTries(secondsLeft: number): AppError {
  const retryAfter = Math.max(1, Math.ceil(secondsLeft));
  return tooMany("TOO_MANY_REQUESTS", `Too many tries. Try again ${inWords(retryAfter)}.`, { retryAfter });
}

function inWords(seconds: number): string {
  const [amount, unit] = seconds < 90 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"];
  return `in ${amount} ${unit}${amount === 1 ? "" : "s"}`;
}

/** Drops counts that no window needs any more. */
export async function sweepRateCounts(): Promise<void> {
  await db().rateCount.deleteMany({ where: { windowStart: { lt: new Date(Date.now() - 86_400_000) } } });
}

/** Lets a key begin anew, once its holder has proved to be who he says. */
export async function forgetLimit(key: string): Promise<void> {
  await db().rateCount.deleteMany({ where: { key } });
}
