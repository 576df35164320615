import { AppError, conflict, invalid } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { turns } from "@/lib/core/turns";
import type { Entry, Page } from "@/lib/files/tree";
import { entryOfClaims, nameOfHref, type RemoteEntry } from "./entries";
import { peerNotUnderstood } from "./failures";
import { findKept, keep, type Listing } from "./kept-listings";
import { addressOf, FIRST_BYTE_MS } from "./peer-folder";
import { claimsOf, type Place, propfind } from "./propfind";

const MAX_ENTRIES = 100_000;
const AT_ONCE = { ofOneCloud: 2, ofAllClouds: 6 };
const TOO_MANY = "Too many folders of other clouds are being read just now. Try again in a moment.";

/**
 * One page of a folder on another cloud, in the order of own folders. The cloud gives no pages: the listing is kept
 * for a moment to serve the later ones; a first page always asks.
 *
 * @throws NOT_A_FOLDER, PEER_* and what `ask` throws
 */
export async function listPage(
  place: Place,
  { after, limit = 200 }: { after?: string; limit?: number },
): Promise<Page<Entry>> {
  const kept = after === undefined ? null : await findKept(place);
  const listing = kept ?? (await fetchInTurn(place));
  const { entries, unshown } = listing;

  const last = after === undefined ? null : readCursor(after);
  const start = last ? entries.findIndex((entry) => byKindAndName(entry, last) > 0) : 0;
  const items = start < 0 ? [] : entries.slice(start, start + Math.min(Math.max(1, limit), 1000));
  const end = items.at(-1);
  const next = end && end !== entries.at(-1) ? writeCursor(end) : null;
  if (next && !kept) await keep(place, listing);
  return { items, next, unshown };
}

/** A listing can take a minute to arrive: no cloud may have us wait for many. @throws PEER_BUSY and what the work throws */
export async function inTurn<T>(provider: string, work: () => Promise<T>): Promise<T> {
  const { ofOne, ofAll } = once("listing-turns", () => {
    const tooLate = () => new AppError(503, "PEER_BUSY", TOO_MANY, { retryAfter: 10 });
    const make = (atOnce: number) => turns({ atOnce, patienceMs: FIRST_BYTE_MS, tooLate });
    return { ofOne: make(AT_ONCE.ofOneCloud), ofAll: make(AT_ONCE.ofAllClouds) };
  });
  return ofOne(provider, () => ofAll("all", work));
}

const fetchInTurn = (place: Place) => inTurn(place.source.provider, () => fetchListing(place));

/** What a listing tells, in the order in which it arrives. */
export type Listed = {
  entry: RemoteEntry;
  /** It is the folder itself. */
  isSelf?: true;
};
/** How many entries have names that cannot stand here, counted while a listing is read. */
export type Counter = { unshown: number };

/**
 * The entries of a folder on another cloud while they arrive; a name may come twice, an id does not.
 *
 * @throws NOT_A_FOLDER, PEER_* and what `ask` throws
 */
export async function* readListing(place: Place, name: string, counter: Counter): AsyncGenerator<Listed> {
  const { source, path, canWrite } = place;
  const folder = new URL(addressOf(source, path, true));
  const ids = new Set<string>();
  for await (const resource of propfind(place, "1")) {
    const found = findName(resource.href, folder);
    const claims = claimsOf(resource);
    if (found === null && claims.kind === "file") throw conflict("NOT_A_FOLDER", "This is a file, not a folder.");
    if (found === null) yield { entry: entryOfClaims(name, path, claims, canWrite), isSelf: true };
    if (found === undefined) counter.unshown++;
    if (!found) continue;
    if (ids.size >= MAX_ENTRIES) throw peerNotUnderstood(source.provider);
    const at = [...path, found];
    const entry = entryOfClaims(found, at, claims, canWrite);
    const isFirst = !ids.has(entry.id);
    const told = isFirst ? entry : entryOfClaims(found, at, { ...claims, id: undefined }, canWrite);
    ids.add(told.id);
    yield { entry: told };
  }
  if (counter.unshown > 0) {
    const { provider } = source;
    logger("sharing").warn({ provider, unshown: counter.unshown }, "strange entries of a listing skipped");
  }
}

async function fetchListing(place: Place): Promise<Listing> {
  const entries = new Map<string, Entry>();
  const counter = { unshown: 0 };
  for await (const { entry, isSelf } of readListing(place, "", counter)) {
    if (!isSelf) entries.set(entry.name, entry);
  }
  return { entries: [...entries.values()].sort(byKindAndName), ...counter };
}

/** Null: the folder itself; undefined: an entry that cannot be shown. */
function findName(href: string, folder: URL): string | null | undefined {
  try {
    return nameOfHref(href, folder);
  } catch {
    return undefined;
  }
}

const order = new Intl.Collator("und", { numeric: true, sensitivity: "accent" });

type Key = Pick<Entry, "kind" | "name">;

/** Folders first, then as people count: 2 before 10; as the collation `names` of the database has it. */
function byKindAndName(one: Key, other: Key): number {
  if (one.kind !== other.kind) return one.kind === "folder" ? -1 : 1;
  return order.compare(one.name, other.name) || (one.name < other.name ? -1 : Number(one.name > other.name));
}

function writeCursor({ kind, name }: Key): string {
  return Buffer.from(`${kind} ${name}`).toString("base64url");
}

function readCursor(cursor: string): Key {
  const [, kind, name] = /^(file|folder) (.+)$/s.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (!kind || !name) throw invalid("PAGE_INVALID", "There is no such page.");
  return { kind: kind as Key["kind"], name };
}
