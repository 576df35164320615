import { config } from "@/lib/core/config";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { addToCounts } from "./internal/count";
import { type Limit, tooManyTries } from "./limit";

/** In a minute. */
export type Often = Omit<Limit, "seconds">;

/** What all processes counted, as the database last said; what is on its way to it; and what came here since. */
type Window = Pick<Often, "siteId" | "key"> & { endsAt: number; known: number; told: number; fresh: number };
/** By `nameOf`. */
type Counts = { windows: Map<string, Window>; due: Set<string>; telling: Promise<void> | null };

const SECONDS = 60;
/** The database hears of a key whenever so large a part of what is allowed came together here. */
const PART = 1 / 64;

const counts = () => once("limit-often", (): Counts => ({ windows: new Map(), due: new Set(), telling: null }));

/**
 * Counts a request and refuses it beyond so many in a minute: for what comes too often, and costs too little, to be
 * counted by a statement each. The database hears of many at once and tells what the other processes counted, so each
 * further process lets through at most a 64th more, and what comes while it asks.
 *
 * @throws TOO_MANY_REQUESTS with `retryAfter`
 */
export function limitOften(of: Often, now = performance.now()): void {
  if (!config().limitsAreOn) return;
  requireBelow(of, now);
  const name = nameOf(of);
  const { windows, due } = counts();
  const { siteId, key } = of;
  const begun = { siteId, key, endsAt: now + SECONDS * 1_000, known: 0, told: 0, fresh: 0 };
  const window = findWindow(name, now) ?? begun;
  windows.set(name, window);
  if (++window.fresh < of.max * PART) return;
  due.add(name);
  counts().telling ??= tellDue(counts());
}

/**
 * Refuses what `limitOften` would refuse under this key, and counts nothing.
 *
 * @throws TOO_MANY_REQUESTS with `retryAfter`
 */
export function requireBelow(of: Often, now = performance.now()): void {
  if (!config().limitsAreOn) return;
  const window = findWindow(nameOf(of), now);
  if (!window || window.known + window.told + window.fresh < of.max) return;
  throw tooManyTries((window.endsAt - now) / 1_000);
}

/** Resolves once the database has heard of all that is due. */
export async function countsAreTold(): Promise<void> {
  await counts().telling;
}

/** No site's id holds a blank. */
const nameOf = ({ siteId, key }: Pick<Often, "siteId" | "key">) => `${siteId} ${key}`;

function findWindow(name: string, now: number): Window | undefined {
  const { windows } = counts();
  // They stand in the order of their beginning, so those at the front are over first.
  for (const [old, { endsAt }] of windows) {
    if (endsAt > now) break;
    windows.delete(old);
  }
  const window = windows.get(name);
  if (window && window.endsAt > now) return window;
  windows.delete(name);
  return undefined;
}

/** One statement at a time, for all keys that became due during the one before. */
async function tellDue(state: Counts): Promise<void> {
  try {
    while (state.due.size > 0) await tell(state);
  } catch (error) {
    // Counted here all the same; the next requests try again.
    logger("limits").warn({ error }, "counts not told");
  } finally {
    state.telling = null;
  }
}

async function tell({ windows, due }: Counts): Promise<void> {
  const told = [...due].flatMap((name) => windows.get(name) ?? []);
  due.clear();
  for (const window of told) [window.told, window.fresh] = [window.fresh, 0];
  try {
    const fresh = told.map(({ siteId, key, told: count }) => ({ siteId, key, count }));
    const answers = await addToCounts(fresh, SECONDS);
    const now = performance.now();
    const byName = new Map(told.map((window) => [nameOf(window), window]));
    for (const { count, secondsLeft, ...of } of answers) {
      const window = byName.get(nameOf(of));
      if (window) Object.assign(window, { known: count, told: 0, endsAt: now + secondsLeft * 1_000 });
    }
  } catch (error) {
    for (const window of told) [window.fresh, window.told] = [window.fresh + window.told, 0];
    throw error;
  }
}
