import { checksumsOf } from "@/lib/files/checksums";
import { coversPath, type Lock, listLocks, lockPath } from "@/lib/files/locks";
import { findMount } from "@/lib/files/mounts";
import { findWritten, listProperties, type NodeProperty, READ_AT_ONCE } from "@/lib/files/properties";
import type { UsageView } from "@/lib/files/schema";
import { syncTokenOf } from "@/lib/files/sync";
import type { Entry } from "@/lib/files/tree";
import { getUsage } from "@/lib/files/usage";
import type { PropfindQuery } from "@/lib/protocol/dav/propfind";
import { clark } from "@/lib/protocol/dav/xml";
import type { DavExchange, OwnFiles } from "./exchange";
import { asksFor, asksForWritten, CHECKSUMS, lockDiscovery, type Place } from "./properties";

/** Entries, and of each what it does not say itself. */
type Located = { entries: Entry[]; places: Place[] };
type PlacesOf = (entries: Entry[], options: { isListed: boolean }) => AsyncIterable<Located>;
type Received = Awaited<ReturnType<typeof findMount>>;

/**
 * Finds what the answer to a query tells beyond the entries themselves: locks, quota, checksums, what programs wrote. What the query
 * does not want is not looked for. The entries come back in parts, so that what is on them is not all held at once.
 */
export async function placesFor(exchange: DavExchange, query: PropfindQuery): Promise<PlacesOf> {
  const { mount, path } = exchange;
  const { own } = mount;
  if (!own) return sharedPlaces(exchange, await roomInShare(exchange, query));

  const wantsUsage = asksFor(query, ["{DAV:}quota-used-bytes", "{DAV:}quota-available-bytes"]);
  const wantsWritten = asksForWritten(query);
  const wantsToken = asksFor(query, ["{DAV:}sync-token"]);
  const wantsReports = asksFor(query, ["{DAV:}supported-report-set"]);
  const wantsChecksums = asksFor(query, [CHECKSUMS]);
  const [locks, received] = await Promise.all([
    asksFor(query, ["{DAV:}lockdiscovery"]) ? listLocks(own.user) : [],
    wantsUsage || wantsWritten || wantsChecksums || wantsToken || wantsReports ? findMount(own.user, path) : null,
  ]);
  const locksOf = locksWriter(exchange, locks);
  const usage = wantsUsage && !received ? await getUsage(own.user) : null;
  const writtenOn = wantsWritten ? writtenFinder(own, received, query) : nothingWritten;

  return async function* (all, { isListed }) {
    const etags = all.map(({ etag }) => etag);
    const checksums = wantsChecksums && !received ? await checksumsOf(own.user, etags) : null;
    const canFollow = !isListed && !received && all[0]?.kind === "folder";
    // Asked for only where it is told: it is given under the lock of the tree.
    const syncToken = wantsToken && canFollow && all[0] ? await syncTokenOf(own.user, all[0].id) : null;
    for await (const { entries, written } of writtenOn(all, isListed)) {
      const places = entries.map((entry) => ({
        isRoot: path.length === 0 && !isListed,
        isListed,
        canReshare: false,
        locks: locksOf(entry, isListed),
        canFollow,
        syncToken,
        used: entry.receivedShareId ? null : (usage?.used ?? null),
        room: entry.receivedShareId || !usage ? null : roomIn(usage),
        sha256: checksums?.get(entry.etag) ?? null,
        written: written(entry),
      }));
      yield { entries, places };
    }
  };
}

/** Without a limit there is none to tell. */
const roomIn = ({ used, quota }: UsageView) => (quota === null ? null : Math.max(0, quota - used));

/** How much room its owner has left for a share that may be written to. What he has beside it is nobody's business. */
async function roomInShare({ mount: { owner } }: DavExchange, query: PropfindQuery): Promise<number | null> {
  return owner && asksFor(query, ["{DAV:}quota-available-bytes"]) ? roomIn(await getUsage(owner)) : null;
}

/** In the tree of a share there is nothing but what an entry says, and all of it is alike. */
function sharedPlaces({ mount, path }: DavExchange, room: number | null): PlacesOf {
  return async function* (entries, { isListed }) {
    const isRoot = path.length === 0 && !isListed;
    const place: Place = {
      ...{ isRoot, isListed, canReshare: isRoot && mount.canReshare === true },
      ...{ locks: null, canFollow: false, syncToken: null, used: null, room, sha256: null, written: [] },
    };
    yield { entries, places: entries.map(() => place) };
  };
}

/** Writes the locks of an entry. Those of a folder are written once: they are told of each of the many things in it. */
function locksWriter({ mount: { root }, path }: DavExchange, locks: Lock[]) {
  const here = lockPath(path);
  const locksHere = locks.filter((lock) => coversPath(lock, here));
  const ofFolder = lockDiscovery(root, locksHere);
  const fromAbove = lockDiscovery(
    root,
    locksHere.filter(({ isDeep }) => isDeep),
  );
  const locksAt = new Map<string, Lock[]>();
  for (const lock of locks) locksAt.set(lock.path, [...(locksAt.get(lock.path) ?? []), lock]);
  const ofEntry = (name: string) =>
    locksAt.size === 0 ? "" : lockDiscovery(root, locksAt.get(`${here}${lockPath([name])}`) ?? []);
  return ({ name }: Entry, isListed: boolean) => (isListed ? fromAbove + ofEntry(name) : ofFolder);
}

type Written = { entries: Entry[]; written: (entry: Entry) => NodeProperty[] };

const none: NodeProperty[] = [];

async function* nothingWritten(entries: Entry[], _isListed: boolean): AsyncGenerator<Written> {
  yield { entries, written: () => none };
}

/** Reads what programs wrote on entries, on few of them at once. Of many it is first asked which have anything. */
function writtenFinder({ user }: OwnFiles, received: Received, query: PropfindQuery) {
  const names = query.mode === "prop" ? query.names.map(clark) : null;
  return async function* (all: Entry[], isListed: boolean): AsyncGenerator<Written> {
    const placeOf = ({ id, name }: Entry) => {
      if (!received) return { nodeId: id, path: "" };
      return { nodeId: received.nodeId, path: lockPath(isListed ? [...received.rest, name] : received.rest) };
    };
    const has = all.length > READ_AT_ONCE ? await findWritten(user, all.map(placeOf), names) : () => true;
    if (!all.some((entry) => has(placeOf(entry)))) return yield* nothingWritten(all, isListed);
    for (let from = 0; from < all.length; from += READ_AT_ONCE) {
      const entries = all.slice(from, from + READ_AT_ONCE);
      const places = entries.map(placeOf).filter(has);
      const listed = places.length > 0 ? await listProperties(user, places, names) : () => none;
      yield { entries, written: (entry) => listed(placeOf(entry)) };
    }
  };
}
