import { config } from "@/lib/core/config";
import { once } from "@/lib/core/once";
import { tooManyTries } from "./limit";

type Window = { endsAt: number; count: number };
const MINUTE = 60_000;

/**
 * Counts a request in the memory of this process and refuses it beyond so many in a minute: for what comes too often,
 * and costs too little, to be counted in the database. Several processes allow as much each.
 *
 * @throws TOO_MANY_REQUESTS with `retryAfter`
 */
export function limitHere(key: string, max: number, now = performance.now()): void {
  if (!config().limitsAreOn) return;
  const windows = once("limit-here", () => new Map<string, Window>());
  // All windows are equally long and stand in the order of their beginning.
  for (const [old, { endsAt }] of windows) {
    if (endsAt > now) break;
    windows.delete(old);
  }
  const window = windows.get(key) ?? { endsAt: now + MINUTE, count: 0 };
  windows.set(key, window);
  if (++window.count > max) throw tooManyTries((window.endsAt - now) / 1_000);
}
