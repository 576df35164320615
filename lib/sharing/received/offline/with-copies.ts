import { db } from "@/lib/core/db";
import { hasCode, isAppError } from "@/lib/core/errors";
import { mediaTypeOf } from "@/lib/files/media-types";
import { findOfflineCopy, type OfflineCopy, openOfflineCopy } from "@/lib/files/offline-copies";
import type { Entry, Page, ReadOptions, ReadResult, Tree, TreePath } from "@/lib/files/tree";
import { MUST_USE_MFA } from "@/lib/protocol/ocm/wire";
import { findKnownEntry, findKnownPage, keyOfPath } from "@/lib/sharing/received/known/known-rows";
import { makeFolderHere, moveHere, removeHere } from "@/lib/sharing/received/offline/change-here";
import { editsWait, movePins, pinOver, wantCopies } from "@/lib/sharing/received/offline/pins";
import { findSteps, isEntangled } from "@/lib/sharing/received/offline/steps";
import { isPlacedHere, withWaiting } from "@/lib/sharing/received/offline/with-waiting";
import { writeHere } from "@/lib/sharing/received/offline/write-here";
import type { OfflinePin, ReceivedShare } from "@/prisma/generated/client";

/** What its cloud was seen to have within so long is not asked for again by a reader. */
const FRESH_MS = 60_000;
/** A cloud that says this does not keep its silence: it lets one in no more. */
const REFUSALS = ["PEER_SHARE_GONE", "PEER_REFUSED", "PEER_FORBIDS", "PEER_TOKEN_REFUSED"];

/**
 * A share on another cloud of which copies are kept here: what is pinned is read from them while that cloud is away, and
 * at once where they are known to be what it has. What is written, made, moved and removed there then waits here to be
 * sent, and is what one sees until it is. All else goes to that cloud.
 */
export function withCopies(share: ReceivedShare, pins: OfflinePin[], open: () => Promise<Tree>): Tree {
  let opening: Promise<Tree> | undefined;
  const there = () => (opening ??= open());
  const { findCopy, stat, list, read } = seenWithCopies(share, pins, there);

  /** Something there is to be done by its cloud first. */
  const isBehind = async (paths: TreePath[]): Promise<boolean> => {
    const steps = await findSteps(share);
    return paths.some((path) => isEntangled(steps, keyOfPath(path)));
  };
  /** What is done there waits. */
  const waitsAt = async (...paths: TreePath[]): Promise<boolean> =>
    (share.isAway && !share.requirements.includes(MUST_USE_MFA)) || (await isBehind(paths));
  /** The pins of what is done in pinned folders and waits; null: its cloud is asked. */
  const pinsOfChange = async (...paths: TreePath[]): Promise<OfflinePin[] | null> => {
    const found = paths.flatMap((path) => (path.length > 0 ? (pinOver(pins, path.slice(0, -1)) ?? []) : []));
    if (found.length === paths.length && (await waitsAt(...paths))) return found;
    if (await isBehind(paths)) throw editsWait(share);
    return null;
  };
  /** What one changes there is soon here as well. */
  const changed = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    await wantCopies(db(), share);
    return result;
  };

  return {
    ...{ stat, list, read },
    async write(path, body, options = {}) {
      const pin = pinOver(pins, path);
      const copy = pin && (await findCopy(path));
      const waits = pin && ((copy && copy.baseEtag !== null) || (await waitsAt(path)));
      if (!waits) return changed((await there()).write(path, body, options));
      return changed(writeHere({ share, pin, path, current: copy }, body, options));
    },
    async makeFolder(path) {
      const here = await pinsOfChange(path);
      if (!here) return (await there()).makeFolder(path);
      await makeFolderHere({ share, pins: here }, path);
      return changed(stat(path));
    },
    async remove(path, options = {}) {
      const here = await pinsOfChange(path);
      if (!here) return changed((await there()).remove(path, options));
      return changed(removeHere({ share, pins: here }, path, options.ifMatch));
    },
    async move(from, to, options = {}) {
      const here = await pinsOfChange(from, to);
      if (here) {
        await moveHere({ share, pins: here }, [from, to], options);
        return changed(stat(to));
      }
      const entry = await (await there()).move(from, to, options);
      await movePins(share, from, to);
      await wantCopies(db(), share);
      return entry;
    },
    async copy(from, to, options) {
      if (await isBehind([from, to])) throw editsWait(share);
      return changed((await there()).copy(from, to, options));
    },
  };
}

/** How it looks: as `withCopies` says. */
function seenWithCopies(share: ReceivedShare, pins: OfflinePin[], there: () => Promise<Tree>) {
  const owner = { siteId: share.siteId, userId: share.receiverId };
  const { isAway } = share;

  const findCopy = async (path: TreePath): Promise<OfflineCopy | null> => {
    const [pin, key] = [pinOver(pins, path), keyOfPath(path)];
    const copy = pin && key !== null ? await findOfflineCopy(owner, { nodeId: pin.nodeId, path: key }) : null;
    if (!copy) return null;
    const name = path.at(-1) ?? share.name;
    const canWrite = share.role === "editor";
    return { ...copy, entry: { ...copy.entry, name, mediaType: mediaTypeOf(name), canWrite } };
  };
  const known = async (path: TreePath): Promise<Entry | null> => {
    if (!pinOver(pins, path)) return null;
    return (await findKnownEntry(share, path))?.entry ?? (await findCopy(path))?.entry ?? null;
  };
  const isSame = async (path: TreePath, { entry }: OfflineCopy) => {
    const seen = await findKnownEntry(share, path);
    return seen?.entry.etag === entry.etag && Date.now() - seen.told.seenAt.getTime() < FRESH_MS;
  };
  /** Their cloud is asked, unless it is known to be away; what is kept here serves where it does not answer. */
  const orKept = async <T>(ask: () => Promise<T>, kept: () => Promise<T | null>): Promise<T> => {
    const first = isAway ? await kept() : null;
    if (first !== null) return first;
    try {
      return await ask();
    } catch (error) {
      const rest = !isAway && mayBeKept(error) ? await kept() : null;
      if (rest !== null) return rest;
      throw error;
    }
  };
  const seen = withWaiting(share, {
    stat: (path) =>
      orKept(
        async () => (await there()).stat(path),
        () => known(path),
      ),
    list: (path, page = {}) =>
      orKept<Page<Entry>>(
        async () => (await there()).list(path, page),
        async () => (pinOver(pins, path) ? findKnownPage(share, path, page) : null),
      ),
  });

  return {
    findCopy,
    list: seen.list,
    async stat(path: TreePath): Promise<Entry> {
      const copy = await findCopy(path);
      return copy && copy.baseEtag !== null ? copy.entry : seen.stat(path);
    },
    async read(path: TreePath, options: ReadOptions = {}): Promise<ReadResult> {
      const copy = await findCopy(path);
      if (copy && copy.baseEtag !== null) return openOfflineCopy(owner, copy, options);
      const fromCopy = async () => copy && openOfflineCopy(owner, copy, options).catch(nullIfLost);
      if (await isPlacedHere(share, path)) {
        await seen.stat(path);
        return (await fromCopy()) ?? refuse(editsWait(share));
      }
      const kept = copy && !isAway && (await isSame(path, copy)) ? await fromCopy() : null;
      if (kept) return kept;
      return orKept(async () => (await there()).read(path, options), fromCopy);
    },
  };
}

function refuse(error: Error): never {
  throw error;
}

/** What this cloud has lost, or let go of meanwhile, the other may still have. */
const nullIfLost = (error: unknown) => {
  if (hasCode(error, "FILE_DAMAGED") || hasCode(error, "NODE_NOT_FOUND")) return null;
  throw error;
};

const mayBeKept = (error: unknown) =>
  isAppError(error) && error.code.startsWith("PEER_") && !REFUSALS.includes(error.code);
