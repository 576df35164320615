import { createHash } from "node:crypto";
import { once } from "@/lib/core/once";
import type { Entry } from "@/lib/files/tree";
import { addressOf } from "./peer-folder";
import type { Place } from "./propfind";

export type Listing = {
  entries: Entry[];
  /** How many more there are, under names that cannot stand here. */
  unshown: number;
};
type Kept = Listing & { until: number };

const KEPT_MS = 5_000;
const MAX_KEPT_ENTRIES = 200_000;
const listings = () => once("remote-listings", () => new Map<string, Kept>());

/** The listing of a place that was kept a moment ago, if there is one. */
export async function findKept(place: Place): Promise<Listing | null> {
  const kept = listings().get(await keyOf(place));
  return kept && kept.until > Date.now() ? kept : null;
}

/** Keeps a listing for a few seconds, for whoever goes on to its next pages. */
export async function keep(place: Place, listing: Listing): Promise<void> {
  const key = await keyOf(place);
  const kept = listings();
  kept.delete(key);
  kept.set(key, { ...listing, until: Date.now() + KEPT_MS });
  let count = 0;
  for (const [oldKey, { entries, until }] of [...kept].reverse()) {
    count += entries.length;
    if (count > MAX_KEPT_ENTRIES || until <= Date.now()) kept.delete(oldKey);
  }
}

/** What opens it is in the key: whoever may not ask the cloud does not get what it told another. */
async function keyOf({ source, path, canWrite }: Place): Promise<string> {
  const parts = [await source.getAuthorization(), addressOf(source, path), canWrite];
  return createHash("sha256").update(parts.join("\n")).digest("base64");
}
