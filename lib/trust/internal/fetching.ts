import { isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";

/** What is known of a cloud is believed without a question for an hour, and for a day while it is asked anew behind. */
export const FRESH_FOR_SECONDS = 3600;
export const USABLE_FOR_SECONDS = 24 * 3600;
/** A cloud that was asked just now is not asked again, whatever is signed in its name. */
export const ASKED_JUST_NOW_SECONDS = 30;
/** A cloud that could not be asked behind a request is not asked by each of the next ones. */
const AGAIN_AFTER_SECONDS = 20;
const MOST = 10_000;

/** Runs one call of a name at a time in this process; whoever asks meanwhile gets the same outcome. */
export function singleFlight<T>(name: string, run: () => Promise<T>): Promise<T> {
  const flights = once("trust.flights", () => new Map<string, Promise<unknown>>());
  const underWay = flights.get(name);
  if (underWay) return underWay as Promise<T>;
  const flight = run().finally(() => flights.delete(name));
  flights.set(name, flight);
  return flight;
}

/**
 * Starts what brings known things up to date, and waits for nothing: one call of a name at a time, and not again at
 * once. Whoever fails notes that where it belongs; what was known goes on to count.
 */
export function refreshBehind(name: string, run: () => Promise<unknown>): void {
  const starts = once("trust.refreshes", () => new Map<string, Date>());
  if (isRecent(starts.get(name) ?? null, AGAIN_AFTER_SECONDS)) return;
  // Bounded, because any stranger can name any host; what falls out is merely asked again.
  if (starts.size >= MOST) starts.clear();
  starts.set(name, new Date());
  singleFlight(`refresh ${name}`, run).catch((error) => {
    if (!isAppError(error)) logger("trust").error({ err: error, name }, "refreshing failed");
  });
}

/** Whether what was found at that time still counts, but is to be asked for anew. */
export const isStale = (at: Date | null): boolean =>
  isRecent(at, USABLE_FOR_SECONDS) && !isRecent(at, FRESH_FOR_SECONDS);

export function isRecent(at: Date | null, seconds: number): boolean {
  return at !== null && Date.now() - at.getTime() < seconds * 1000;
}
