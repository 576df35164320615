import { AppError, conflict, hasCode } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import type { Entry, Tree, TreePath } from "@/lib/files/tree";
import { type Conditions, type Journey, requireToGoOn, startJourney, whyStopped } from "./journey";
import { removeCarried } from "./remove-carried";

export type Place = { tree: Tree; path: TreePath };
/** Where to, and how what came only in part is taken away again. */
export type Target = Place & { discard: (path: TreePath, made: Entry) => Promise<void> };
type Options = { overwrite?: boolean; ifMatch?: string; depth?: "0" | "infinity" } & Conditions;

const MAX_DEPTH = 100;

/**
 * Copies from one tree into another, byte by byte through us; a move then takes away what was copied. What stands there
 * and may be overwritten makes room once the new is whole, as its tree does that: one's own goes to the trash. What
 * breaks off half-way is taken away again, and so is what came when it is no longer allowed.
 *
 * @throws NAME_TAKEN, TOO_DEEP, TOO_MUCH, TOO_LONG, CANCELLED, IS_RECEIVED_SHARE, UNSHOWN_ENTRIES, CHANGED_MEANWHILE,
 * and what both trees throw
 */
export async function carry(source: Place, target: Target, options: Options = {}): Promise<Entry> {
  const entry = await source.tree.stat(source.path);
  if (options.ifMatch !== undefined && options.ifMatch !== entry.etag) throw changedBefore();
  const standing = await findStanding(target);
  if (entry.receivedShareId || standing?.receivedShareId) throw staysWhereItIs();
  if (standing && !options.overwrite) throw conflict("NAME_TAKEN", "There is already something of this name.");

  const journey = startJourney(options);
  const place = standing ? beside(target) : target;
  let made: Entry | undefined;
  try {
    made = await carryOne(source, place, entry, journey);
    if (entry.kind === "folder" && options.depth !== "0") await carryContent(source, place, journey);
    if (standing) await target.tree.move(place.path, target.path, { overwrite: true });
  } catch (error) {
    if (made) await target.discard(place.path, made).catch(() => {}); // the first failure is the one to tell
    throw journey.signal.aborted ? whyStopped(journey.signal) : error;
  } finally {
    journey.end();
  }
  if (journey.isMove) await removeCarried(source.tree, journey.carried);
  return target.tree.stat(target.path);
}

/** What is there, if anything is. */
export async function findStanding({ tree, path }: Place): Promise<Entry | null> {
  return tree.stat(path).catch((error) => {
    if (hasCode(error, "NODE_NOT_FOUND")) return null;
    throw error;
  });
}

/** A free place in the same folder. */
const beside = ({ tree, path }: Place): Place => ({ tree, path: [...path.slice(0, -1), `.coming-${newId()}`] });

/** A file whole, a folder without what is in it. */
async function carryOne(source: Place, target: Place, { kind, etag }: Entry, journey: Journey): Promise<Entry> {
  await requireToGoOn(journey);
  const { path } = source;
  if (kind === "folder") {
    const made = await target.tree.makeFolder(target.path);
    journey.carried.push({ path, kind, etag });
    return made;
  }
  const { signal } = journey;
  const { entry, body } = await source.tree.read(path, { signal });
  try {
    const written = await target.tree.write(target.path, body, { size: entry.size, ifAbsent: true, signal });
    journey.carried.push({ path, kind, etag: entry.etag });
    return written.entry;
  } finally {
    body.destroy();
  }
}

async function carryContent(source: Place, target: Place, journey: Journey, depth = MAX_DEPTH): Promise<void> {
  if (depth === 0) throw conflict("TOO_DEEP", "The folder holds folders in folders deeper than can be copied.");
  const { isMove } = journey;
  let after: string | undefined;
  do {
    const { items, next, unshown = 0 } = await source.tree.list(source.path, { after });
    if (isMove && unshown > 0) throw cannotComeAlong(unshown);
    for (const entry of items) {
      if (entry.receivedShareId && isMove) throw staysWhereItIs();
      if (entry.receivedShareId) continue; // another person's, who shared it with this one only
      const from = { ...source, path: [...source.path, entry.name] };
      const to = { ...target, path: [...target.path, entry.name] };
      await carryOne(from, to, entry, journey);
      if (entry.kind === "folder") await carryContent(from, to, journey, depth - 1);
    }
    after = next ?? undefined;
  } while (after);
}

const staysWhereItIs = () =>
  conflict("IS_RECEIVED_SHARE", "What was shared with you cannot be moved into what somebody else shares.");
const changedBefore = () => new AppError(412, "ETAG_MISMATCH", "It has changed since you last saw it.");
const cannotComeAlong = (count: number) =>
  conflict(
    "UNSHOWN_ENTRIES",
    `This holds ${count === 1 ? "something" : `${count} things`} with a name that this cloud cannot take. Copy the rest instead.`,
  );
