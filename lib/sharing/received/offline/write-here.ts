import type { Readable } from "node:stream";
import { db } from "@/lib/core/db";
import { AppError, conflict, forbidden, invalid, notFound } from "@/lib/core/errors";
import { lockMount } from "@/lib/files/mounts";
import { keepOfflineEdit, type OfflineCopy } from "@/lib/files/offline-copies";
import type { Entry, TreePath, WriteOptions } from "@/lib/files/tree";
import { isSafeName } from "@/lib/protocol/ocm/text";
import { findThere, isFolderHere } from "@/lib/sharing/received/known/known-here";
import { findKnownEntry, keyOfPath } from "@/lib/sharing/received/known/known-rows";
import { putKnown } from "@/lib/sharing/received/known/own-changes";
import { newIdHere } from "@/lib/sharing/received/offline/change-here";
import { keepAllAmongOwn } from "@/lib/sharing/received/offline/kept-apart";
import { isPinned } from "@/lib/sharing/received/offline/pins";
import type { OfflinePin, ReceivedShare } from "@/prisma/generated/client";

type Target = { share: ReceivedShare; pin: OfflinePin; path: TreePath; current: OfflineCopy | null };

/**
 * Writes a file of a pinned place while its cloud is away: it is kept here, seen at once, and waits to be sent. It is
 * held against what was last known of that cloud, and once more when it is sent. Where its folder is no more by the time
 * that it has come, it is kept among its writer's own files.
 *
 * @throws READ_ONLY, NODE_NOT_FOUND, NAME_TAKEN, NAME_INVALID, ETAG_MISMATCH, QUOTA_EXCEEDED, SIZE_MISMATCH,
 * CHECKSUM_MISMATCH
 */
export async function writeHere(
  { share, pin, path, current }: Target,
  body: Readable,
  { ifMatch, ifAbsent, size, sha256, signal }: WriteOptions,
): Promise<{ entry: Entry; created: boolean }> {
  const { siteId, receiverId: userId, provider } = share;
  const seen = (await findKnownEntry(share, path))?.entry ?? null;
  const standing = current?.entry ?? seen;
  if (share.role !== "editor" || (standing && !standing.canWrite)) {
    throw forbidden("READ_ONLY", `You can view this, but not change it: it belongs to ${provider}.`);
  }
  if (standing?.kind === "folder" || (standing && ifAbsent)) {
    throw conflict("NAME_TAKEN", "Something of that name is there already.");
  }
  if (ifMatch !== undefined && standing?.etag !== ifMatch) {
    throw new AppError(412, "ETAG_MISMATCH", "This was changed in the meantime.");
  }
  if (!standing) await requireFolder(share, path);
  const key = keyOfPath(path) ?? "";
  const base = standing?.etag ?? "";
  const entryId = standing?.id ?? newIdHere();
  const edit = { entryId, base, body, size, sha256, signal, wanted: isPinned(pin) };
  const kept = await keepOfflineEdit({ siteId, userId }, { nodeId: pin.nodeId, path: key }, edit);
  if (!kept) throw notFound("NODE_NOT_FOUND", "No copy of this is kept here any more.");
  const entry = { ...kept.entry, name: path.at(-1) ?? share.name };
  if (path.length > 0) await putKnown(share, path, entry);
  if (path.length > 1) await keepIfHomeless(share, path);
  return { entry, created: !standing };
}

/**
 * Its folder may have been moved or deleted here while the file came, which took along only what was in it by then: at a
 * place that is no more the file would be seen by nobody.
 */
async function keepIfHomeless(share: ReceivedShare, path: TreePath): Promise<void> {
  const { siteId, id } = share;
  await db().$transaction(async (tx) => {
    const mount = await lockMount(tx, siteId, id);
    if (!mount) return; // the share has ended, and what waited was kept
    const stand = { siteId, nodeId: mount.id };
    const folder = path.slice(0, -1);
    // What the folder holds may be known without what the one above holds.
    if ((await isFolderHere(tx, stand, folder)) || (await findThere(tx, stand, folder))) return;
    const place = { ...stand, path: keyOfPath(path) ?? "" };
    await keepAllAmongOwn(tx, share, place, "Its folder was moved or deleted while the file was being written.");
  });
}

async function requireFolder(share: ReceivedShare, path: TreePath): Promise<void> {
  if (!path.every(isSafeName)) throw invalid("NAME_INVALID", "No file on another cloud can have this name.");
  const above = await findKnownEntry(share, path.slice(0, -1));
  if (above?.entry.kind !== "folder") throw notFound("NODE_NOT_FOUND", "There is no such folder.");
}
