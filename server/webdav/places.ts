import { checksumsOf } from "@/lib/files/checksums";
import { coversPath, type Lock, listLocks, lockPath } from "@/lib/files/locks";
import { findMount } from "@/lib/files/mounts";
import { listProperties } from "@/lib/files/properties";
import type { UsageView } from "@/lib/files/schema";
import { syncTokenOf } from "@/lib/files/sync";
import type { Entry } from "@/lib/files/tree";
import { getUsage } from "@/lib/files/usage";
import type { PropfindQuery } from "@/lib/protocol/dav/propfind";
import { clark } from "@/lib/protocol/dav/xml";
import type { DavExchange } from "./exchange";
import { asksFor, asksForWritten, CHECKSUMS, lockDiscovery, type Place } from "./properties";

type PlacesOf = (entries: Entry[], options: { isListed: boolean }) => Promise<Place[]>;

/**
 * Finds what the answer to a query tells beyond the entries themselves: locks, quota, checksums, what programs wrote. What the query
 * does not want is not looked for.
 */
export async function placesFor(exchange: DavExchange, query: PropfindQuery): Promise<PlacesOf> {
  const { mount, path } = exchange;
  const { own } = mount;
  const bare: Place = {
    isRoot: false,
    isListed: false,
    canReshare: false,
    locks: null,
    canFollow: false,
    syncToken: null,
    used: null,
    room: null,
    sha256: null,
    written: [],
  };
  const isRoot = (isListed: boolean) => path.length === 0 && !isListed;
  if (!own) {
    // What its owner has beside it is nobody's business.
    const isRoomAsked = mount.owner && asksFor(query, ["{DAV:}quota-available-bytes"]);
    const room = isRoomAsked && mount.owner ? roomIn(await getUsage(mount.owner)) : null;
    return async (entries, { isListed }) => {
      const canReshare = isRoot(isListed) && mount.canReshare === true;
      return entries.map(() => ({ ...bare, isListed, isRoot: isRoot(isListed), canReshare, room }));
    };
  }

  const wantsUsage = asksFor(query, ["{DAV:}quota-used-bytes", "{DAV:}quota-available-bytes"]);
  const wantsWritten = asksForWritten(query);
  const writtenNames = query.mode === "prop" ? query.names.map(clark) : null;
  const wantsToken = asksFor(query, ["{DAV:}sync-token"]);
  const wantsReports = asksFor(query, ["{DAV:}supported-report-set"]);
  const wantsChecksums = asksFor(query, [CHECKSUMS]);
  const [locks, received] = await Promise.all([
    asksFor(query, ["{DAV:}lockdiscovery"]) ? listLocks(own.user) : [],
    wantsUsage || wantsWritten || wantsChecksums || wantsToken || wantsReports ? findMount(own.user, path) : null,
  ]);
  // Written once: a folder's deep locks are told of each of the many things in it.
  const here = lockPath(path);
  const locksHere = lockDiscovery(
    mount.root,
    locks.filter((lock) => coversPath(lock, here)),
  );
  const locksAbove = lockDiscovery(
    mount.root,
    locks.filter((lock) => lock.isDeep && coversPath(lock, here)),
  );
  const locksAt = new Map<string, Lock[]>();
  for (const lock of locks) locksAt.set(lock.path, [...(locksAt.get(lock.path) ?? []), lock]);
  const locksOf = (entry: Entry, isListed: boolean) =>
    isListed
      ? locksAbove + lockDiscovery(mount.root, locksAt.get(`${here}${lockPath([entry.name])}`) ?? [])
      : locksHere;
  const usage = wantsUsage && !received ? await getUsage(own.user) : null;

  return async (entries, { isListed }) => {
    const placeOf = (entry: Entry) => {
      if (!received) return { nodeId: entry.id, path: "" };
      const within = isListed ? [...received.rest, entry.name] : received.rest;
      return { nodeId: received.nodeId, path: lockPath(within) };
    };
    const checksums =
      wantsChecksums && !received
        ? await checksumsOf(
            own.user,
            entries.map(({ etag }) => etag),
          )
        : null;
    const writtenOn = wantsWritten ? await listProperties(own.user, entries.map(placeOf), writtenNames) : null;
    const canFollow = !isListed && !received && entries[0]?.kind === "folder";
    // Asked for only where it is told: it is given under the lock of the tree.
    const syncToken = wantsToken && canFollow && entries[0] ? await syncTokenOf(own.user, entries[0].id) : null;
    return entries.map((entry) => ({
      ...{ isRoot: isRoot(isListed), isListed, canReshare: false },
      locks: locksOf(entry, isListed),
      canFollow,
      syncToken,
      used: entry.receivedShareId ? null : (usage?.used ?? null),
      room: entry.receivedShareId || !usage ? null : roomIn(usage),
      sha256: checksums?.get(entry.etag) ?? null,
      written: writtenOn?.(placeOf(entry)) ?? [],
    }));
  };
}

/** Without a limit there is none to tell. */
const roomIn = ({ used, quota }: UsageView) => (quota === null ? null : Math.max(0, quota - used));
