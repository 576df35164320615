import { createHash } from "node:crypto";
import { conflict, invalid, isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import type { Entry, Page, TreePath } from "@/lib/files/tree";
import { type DavResource, readMultistatus } from "@/lib/protocol/dav/multistatus";
import { type Claims, entryOfClaims, nameOfHref } from "./entries";
import { naming, peerNotUnderstood } from "./failures";
import { addressOf, ask, type Source } from "./peer-folder";

export type Place = { source: Source; path: TreePath; canWrite: boolean };

const OC = "http://owncloud.org/ns";
const QUERY = Buffer.from(
  '<?xml version="1.0" encoding="utf-8"?><d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:prop>' +
    "<d:resourcetype/><d:getcontentlength/><d:getetag/><d:getlastmodified/><oc:id/><oc:permissions/>" +
    "</d:prop></d:propfind>",
);

const MAX_ENTRIES = 100_000;
/** For a whole listing, whatever trickles in. */
const LISTING_MS = 60_000;
/** So long a listing serves its later pages; a first page always asks the cloud. */
const KEPT_MS = 5_000;
const MAX_KEPT_ENTRIES = 200_000;

type Kept = { entries: Entry[]; until: number };
const keptListings = () => once("remote-listings", () => new Map<string, Kept>());

/** Asks for the properties of what stands at the path, and of what is in it at depth 1; read while they arrive. */
export async function* propfind({ source, path }: Place, depth: "0" | "1"): AsyncGenerator<DavResource> {
  const signal = AbortSignal.timeout(LISTING_MS);
  const headers = { depth, "content-type": "application/xml; charset=utf-8" };
  const request = { method: "PROPFIND", path, asFolder: depth === "1", headers, body: QUERY, signal };
  const answer = await ask(source, request, [207]);
  answer.body.on("error", () => {}); // whoever stops reading breaks it
  try {
    yield* readMultistatus(answer.body);
  } catch (error) {
    const isNotUnderstood = isAppError(error) && !error.code.startsWith("PEER_");
    throw isNotUnderstood ? peerNotUnderstood(source.provider, error) : naming(error, source.provider);
  }
}

/** What a resource of a multistatus claims to be. */
export function claimsOf({ isFolder, properties }: DavResource): Claims {
  const of = (namespace: string, name: string) => properties.get(`{${namespace}}${name}`) || undefined;
  return {
    kind: isFolder ? "folder" : "file",
    size: of("DAV:", "getcontentlength"),
    etag: of("DAV:", "getetag"),
    modified: of("DAV:", "getlastmodified"),
    id: of(OC, "id"),
    permissions: of(OC, "permissions"),
  };
}

/**
 * One page of a folder on another cloud, in the order of own folders. The cloud gives no pages: the listing is kept
 * for a moment, for whoever holds the same access token.
 *
 * @throws NOT_A_FOLDER, PEER_* and what `ask` throws
 */
export async function listPage(
  place: Place,
  { after, limit = 200 }: { after?: string; limit?: number },
): Promise<Page<Entry>> {
  const key = await keyOf(place);
  const kept = after === undefined ? undefined : keptListings().get(key);
  const entries = kept && kept.until > Date.now() ? kept.entries : await fetchListing(place);
  if (entries !== kept?.entries) keep(key, entries);

  const last = after === undefined ? null : readCursor(after);
  const start = last ? entries.findIndex((entry) => byKindAndName(entry, last) > 0) : 0;
  const items = start < 0 ? [] : entries.slice(start, start + Math.min(Math.max(1, limit), 1000));
  const end = items.at(-1);
  return { items, next: end && end !== entries.at(-1) ? writeCursor(end) : null };
}

async function fetchListing(place: Place): Promise<Entry[]> {
  const { source, path, canWrite } = place;
  const folder = new URL(addressOf(source, path, true));
  const entries = new Map<string, Entry>();
  const ids = new Set<string>();
  let skipped = 0;
  for await (const resource of propfind(place, "1")) {
    const name = findName(resource.href, folder);
    const claims = claimsOf(resource);
    if (name === null && claims.kind === "file") throw conflict("NOT_A_FOLDER", "This is a file, not a folder.");
    if (name === undefined) skipped++;
    if (!name) continue;
    if (entries.size >= MAX_ENTRIES) throw peerNotUnderstood(source.provider);
    const at = [...path, name];
    const entry = entryOfClaims(name, at, claims, canWrite);
    const isFirst = !ids.has(entry.id);
    ids.add(entry.id);
    entries.set(name, isFirst ? entry : entryOfClaims(name, at, { ...claims, id: undefined }, canWrite));
  }
  if (skipped > 0)
    logger("sharing").warn({ provider: source.provider, skipped }, "strange entries of a listing skipped");
  return [...entries.values()].sort(byKindAndName);
}

/** Null: the folder itself; undefined: an entry that cannot be shown. */
function findName(href: string, folder: URL): string | null | undefined {
  try {
    return nameOfHref(href, folder);
  } catch {
    return undefined;
  }
}

/** The token is in the key: whoever may not ask the cloud does not get what it told another. */
async function keyOf({ source, path }: Place): Promise<string> {
  const token = await source.getToken();
  return createHash("sha256")
    .update(`${token}\n${addressOf(source, path)}`)
    .digest("base64");
}

function keep(key: string, entries: Entry[]): void {
  const kept = keptListings();
  kept.delete(key);
  kept.set(key, { entries, until: Date.now() + KEPT_MS });
  let count = 0;
  for (const [oldKey, listing] of [...kept].reverse()) {
    count += listing.entries.length;
    if (count > MAX_KEPT_ENTRIES || listing.until <= Date.now()) kept.delete(oldKey);
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
