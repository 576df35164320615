import { config } from "@/lib/core/config";
import { db } from "@/lib/core/db";
import { type AppError, tooMany } from "@/lib/core/errors";
import { addToCounts } from "./internal/count";

/** `key` says who and what: `sign-in:address:<address>`. */
export type Limit = { siteId: string; key: string; max: number; seconds: number };

/**
 * Counts one try and refuses it beyond `max` in `seconds`; returns how many there were. Counted in the database, so it
 * holds across processes; outside the caller's transaction, so it holds when that is rolled back.
 *
 * @throws TOO_MANY_REQUESTS with `retryAfter`
 */
export async function limit({ siteId, key, max, seconds }: Limit): Promise<number> {
  if (!config().limitsAreOn) return 0;
  const [{ count, secondsLeft } = { count: 0, secondsLeft: 0 }] = await addToCounts(
    [{ siteId, key, count: 1 }],
    seconds,
  );
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
export async function forgetLimit({ siteId, key }: Pick<Limit, "siteId" | "key">): Promise<void> {
  await db().rateCount.deleteMany({ where: { siteId, key } });
}
