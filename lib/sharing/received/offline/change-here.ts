import { db, type Tx } from "@/lib/core/db";
import { AppError, conflict, forbidden, invalid, notFound } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { dropOfflineCopies, moveOfflineCopies } from "@/lib/files/offline-copies";
import { listOfflineBases, putOfflineEditOver } from "@/lib/files/offline-edits";
import type { TransferOptions, TreePath } from "@/lib/files/tree";
import { isSafeName } from "@/lib/protocol/ocm/text";
import {
  addFolderHere,
  findThere,
  isFolderHere,
  listBelow,
  moveKnownHere,
  putFileHere,
  takeHere,
} from "@/lib/sharing/received/known/known-here";
import { isAtOrBelow, keyOfPath } from "@/lib/sharing/received/known/known-rows";
import { keepAllAmongOwn } from "@/lib/sharing/received/offline/kept-apart";
import { lockPins } from "@/lib/sharing/received/offline/pins";
import { addStep, type Stand } from "@/lib/sharing/received/offline/steps";
import type { OfflinePin, ReceivedShare } from "@/prisma/generated/client";

/** Where something is changed, and by which pins a copy is kept there. */
type Place = { share: ReceivedShare; pins: OfflinePin[] };

/** What a folder to be removed may hold: its cloud is told what was known of each. */
const MOST_HELD = 10_000;

/** The id of what was made here, until its cloud has given it one. */
export const newIdHere = () => `${HERE}${newId()}`;
const HERE = "here-";
const isIdHere = (entryId: string) => entryId.startsWith(HERE);

/**
 * Makes a folder in a pinned place while its cloud is away: it is seen at once, and waits to be made there before what is
 * put into it.
 *
 * @throws READ_ONLY, NODE_NOT_FOUND, NAME_TAKEN, NAME_INVALID, PATH_INVALID, TOO_MUCH
 */
export async function makeFolderHere({ share, pins }: Place, path: TreePath): Promise<void> {
  const key = requireKey(path);
  await change({ share, pins }, async (tx, stand) => {
    if (await findStanding(tx, stand, path)) throw nameTaken();
    if (!(await addFolderHere(tx, stand, path, newIdHere()))) throw noFolder();
    await addStep(tx, stand, { verb: "make", path: key, toPath: null });
  });
}

/**
 * Moves or renames within pinned places of a share while its cloud is away: it is seen at once, and waits to be done
 * there. What it replaces is removed there before. A file that is only here waits to be sent as what it replaces.
 *
 * @throws READ_ONLY, NODE_NOT_FOUND, NAME_TAKEN, NAME_INVALID, PATH_INVALID, INTO_ITSELF, ETAG_MISMATCH, TOO_MUCH
 */
export async function moveHere(
  { share, pins }: Place,
  [from, to]: [TreePath, TreePath],
  { overwrite = false, ifMatch }: TransferOptions,
): Promise<void> {
  const [fromKey, toKey] = [requireKey(from), requireKey(to)];
  if (fromKey === toKey) return;
  if (isAtOrBelow(toKey, fromKey)) throw conflict("INTO_ITSELF", "A folder cannot be put into itself.");
  await change({ share, pins }, async (tx, stand) => {
    const source = await requireStanding(tx, stand, from, ifMatch);
    const standing = await findStanding(tx, stand, to);
    if (standing && !overwrite) throw nameTaken();
    if (standing?.isFile && source.isOnlyHere && !standing.isOnlyHere) {
      const base = { entryId: standing.entryId, base: standing.etagThere };
      await putOfflineEditOver(tx, { ...stand, from: fromKey, to: toKey }, base);
      await takeHere(tx, stand, from);
      await putFileHere(tx, stand, to, source);
      return;
    }
    // Programs save by moving a new file over the old one; what else is replaced is one's own work.
    const isSaving = source.isOnlyHere && standing?.isFile;
    const keep = () => keepAllAmongOwn(tx, share, { ...stand, path: toKey }, "Something else was put in its place.");
    if (standing) await take(tx, stand, to, standing, isSaving ? undefined : keep);
    if (!source.isOnlyHere)
      await addStep(tx, stand, { verb: "move", path: fromKey, toPath: toKey, ...knownOf(source) });
    await moveOfflineCopies(tx, { ...stand, from: fromKey, to: toKey });
    const isSeen = await moveKnownHere(tx, stand, from, to);
    // Its cloud may have been looked at since: then a file that is only here stands in no listing of it.
    if (!isSeen && !(source.isOnlyHere && (await isFolderHere(tx, stand, to.slice(0, -1))))) throw noFolder();
  });
}

/**
 * Removes something of a pinned place while its cloud is away: it is gone at once, and waits to be removed there, as far
 * as it is still what it was known to be. What was changed in it here goes with it.
 *
 * @throws READ_ONLY, NODE_NOT_FOUND, PATH_INVALID, ETAG_MISMATCH, TOO_MUCH
 */
export async function removeHere({ share, pins }: Place, path: TreePath, ifMatch?: string): Promise<void> {
  requireKey(path);
  await change({ share, pins }, async (tx, stand) => {
    await take(tx, stand, path, await requireStanding(tx, stand, path, ifMatch));
  });
}

/** As one is here, whoever else changes what is pinned of it waits. */
async function change({ share, pins }: Place, work: (tx: Tx, stand: Stand) => Promise<void>): Promise<void> {
  const { siteId, provider, role } = share;
  if (role !== "editor") {
    throw forbidden("READ_ONLY", `You can view this, but not change it: it belongs to ${provider}.`);
  }
  await db().$transaction(async (tx) => {
    const stand = { siteId, nodeId: await lockPins(tx, share) };
    const places = new Set(pins.map((pin) => pin.path));
    if ((await tx.offlinePin.count({ where: { ...stand, path: { in: [...places] } } })) < places.size) {
      throw notFound("NODE_NOT_FOUND", "No copy of this is kept here any more.");
    }
    await work(tx, stand);
  });
}

type Standing = {
  isFile: boolean;
  entryId: string;
  /** As one sees it, and as its cloud has it. */
  etag: string;
  etagThere: string;
  /** Its cloud has never had it: the file is one's own work alone. */
  isOnlyHere: boolean;
  size: bigint;
  modifiedAt: Date;
};

/** What one sees at a path. */
async function findStanding(tx: Tx, stand: Stand, path: TreePath): Promise<Standing | null> {
  const { siteId, nodeId } = stand;
  const key = keyOfPath(path) ?? "";
  // What is sent at this moment is settled before or after this.
  const base = (await listOfflineBases(tx, { siteId, nodeId, path: key })).get(key);
  const copy = base === undefined ? null : await tx.offlineCopy.findFirst({ where: { siteId, nodeId, path: key } });
  if (copy && base !== undefined) {
    return { ...copy, isFile: true, etagThere: base, isOnlyHere: base === "" };
  }
  const known = await findThere(tx, stand, path);
  return known && { ...known, etagThere: known.etag, isOnlyHere: false };
}

/** What a step is held against; nothing of what its cloud has not made yet. */
function knownOf({ isFile, entryId, etagThere: etag }: Standing) {
  return isIdHere(entryId) ? { isFile } : { isFile, entryId, etag };
}

async function requireStanding(tx: Tx, stand: Stand, path: TreePath, ifMatch?: string): Promise<Standing> {
  const standing = await findStanding(tx, stand, path);
  if (!standing) throw notFound("NODE_NOT_FOUND", "There is no such file or folder.");
  if (ifMatch !== undefined && ifMatch !== standing.etag) {
    throw new AppError(412, "ETAG_MISMATCH", "This was changed in the meantime.");
  }
  return standing;
}

/** What was changed in it goes with it, but for what is kept `before`. */
async function take(tx: Tx, stand: Stand, path: TreePath, standing: Standing, before = async () => {}): Promise<void> {
  const key = requireKey(path);
  if (!standing.isOnlyHere) {
    const held = standing.isFile ? undefined : await heldIn(tx, stand, path);
    await addStep(tx, stand, { verb: "remove", path: key, toPath: null, ...knownOf(standing), held });
  }
  await before();
  await dropOfflineCopies(tx, { ...stand, path: key }, { withEdits: true });
  await takeHere(tx, stand, path);
}

/** What its cloud is known to have in a folder, but for what was put there here. */
async function heldIn(tx: Tx, stand: Stand, path: TreePath): Promise<Record<string, string | null>> {
  const key = keyOfPath(path) ?? "";
  const held = await listBelow(tx, stand, path);
  for (const [place, base] of await listOfflineBases(tx, { ...stand, path: key })) {
    if (base === "") held.delete(place.slice(key.length));
    else held.set(place.slice(key.length), base);
  }
  if (held.size > MOST_HELD) {
    throw conflict("TOO_MUCH", "So much cannot be deleted at once while its cloud is away.");
  }
  return Object.fromEntries(held);
}

function requireKey(path: TreePath): string {
  if (!path.every(isSafeName)) throw invalid("NAME_INVALID", "No file on another cloud can have this name.");
  const key = keyOfPath(path);
  if (key === null) throw invalid("PATH_INVALID", "This lies too deep to be kept here.");
  return key;
}

const nameTaken = () => conflict("NAME_TAKEN", "Something of that name is there already.");
const noFolder = () => notFound("NODE_NOT_FOUND", "There is no such folder.");
