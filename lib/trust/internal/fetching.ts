import { once } from "@/lib/core/once";

/** Runs one call of a name at a time in this process; whoever asks meanwhile gets the same outcome. */
export function singleFlight<T>(name: string, run: () => Promise<T>): Promise<T> {
  const flights = once("trust.flights", () => new Map<string, Promise<unknown>>());
  const underWay = flights.get(name);
  if (underWay) return underWay as Promise<T>;
  const flight = run().finally(() => flights.delete(name));
  flights.set(name, flight);
  return flight;
}

export function isRecent(at: Date | null, seconds: number): boolean {
  return at !== null && Date.now() - at.getTime() < seconds * 1000;
}
