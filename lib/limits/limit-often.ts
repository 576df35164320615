import { config } from "@/lib/core/config";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { addToCounts } from "./internal/count";
import { tooManyTries } from "./limit";

/** What all processes counted, as the database last said; what is on its way to it; and what came here since. */
type Window = { endsAt: number; known: number; told: number; fresh: number };
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
export function limitOften(key: string, max: number, now = performance.now()): void {
  if (!config().limitsAreOn) return;
  requireBelow(key, max, now);
  const { windows, due } = counts();
  const window = findWindow(key, now) ?? { endsAt: now + SECONDS * 1_000, known: 0, told: 0, fresh: 0 };
  windows.set(key, window);
  if (++window.fresh < max * PART) return;
  due.add(key);
  counts().telling ??= tellDue(counts());
}

/**
 * Refuses what `limitOften` would refuse under this key, and counts nothing.
 *
 * @throws TOO_MANY_REQUESTS with `retryAfter`
 */
export function requireBelow(key: string, max: number, now = performance.now()): void {
  if (!config().limitsAreOn) return;
  const window = findWindow(key, now);
  if (!window || window.known + window.told + window.fresh < max) return;
  throw tooManyTries((window.endsAt - now) / 1_000);
}

/** Resolves once the database has heard of all that is due. */
export async function countsAreTold(): Promise<void> {
  await counts().telling;
}

function findWindow(key: string, now: number): Window | undefined {
  const { windows } = counts();
  // They stand in the order of their beginning, so those at the front are over first.
  for (const [old, { endsAt }] of windows) {
    if (endsAt > now) break;
    windows.delete(old);
  }
  const window = windows.get(key);
  if (window && window.endsAt > now) return window;
  windows.delete(key);
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
  const told = [...due].flatMap((key) => {
    const window = windows.get(key);
    return window ? [{ key, window }] : [];
  });
  due.clear();
  for (const { window } of told) [window.told, window.fresh] = [window.fresh, 0];
  try {
    const answers = await addToCounts(new Map(told.map(({ key, window }) => [key, window.told])), SECONDS);
    const now = performance.now();
    for (const { key, count, secondsLeft } of answers) {
      const window = told.find((each) => each.key === key)?.window;
      if (window) Object.assign(window, { known: count, told: 0, endsAt: now + secondsLeft * 1_000 });
    }
  } catch (error) {
    for (const { window } of told) [window.fresh, window.told] = [window.fresh + window.told, 0];
    throw error;
  }
}
