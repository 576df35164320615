import { AppError, hasCode, invalid } from "@/lib/core/errors";
import { once } from "@/lib/core/once";
import type { UserPrincipal } from "@/lib/core/principal";
import { turns } from "@/lib/core/turns";
import { findMount } from "@/lib/files/mounts";
import type { StillAllowed } from "@/lib/files/tree";
import { hold } from "@/lib/files/uploads/hold";
import { arePartFilesThere, readPartFiles } from "@/lib/files/uploads/part-files";
import {
  beginFile,
  endParts,
  endUpload,
  findJoined,
  findUploads,
  insteadOf,
  isPart,
  noSuchUpload,
  removeUpload,
  type Upload,
  uploadGone,
} from "@/lib/files/uploads/uploads";
import { drive } from "./drive";
import { freePath } from "./free-path";
import { readUploadWish } from "./upload-wish";

/** What is being made into a file just now: whoever asks again, after his connection broke, waits for the same. */
const underWay = () => once("drive.finishingUploads", () => new Map<string, Promise<Upload>>());

/** Each copies and hashes all of a file, however little was sent last. */
const AT_ONCE = 2;
/** A large one takes minutes; who is told to come back finds it made, or takes his turn. */
const PATIENCE_MS = 5 * 60_000;
const busy = () =>
  new AppError(503, "BUSY", "Other uploads of yours are just being made into files. This one goes on after them.", {
    retryAfter: 10,
  });
const inTurn = () =>
  once("drive.finishingTurns", () => turns({ atOnce: AT_ONCE, patienceMs: PATIENCE_MS, tooLate: busy }));

/**
 * Makes the file of an upload of which every byte has come, in the same way as one that came in one request: with the
 * quota, the locks and the versions of where it goes, and into another cloud's folder through us. It is not broken off
 * when the client goes.
 *
 * @throws BUSY, UPLOAD_BUSY (503), and what the write of a file throws. The bytes are kept, and it can be tried again: but not if they are
 *   others than those that were announced (CHECKSUM_MISMATCH), which ends the upload
 */
export function finishUpload(user: UserPrincipal, upload: Upload): Promise<Upload> {
  return onceAtATime(user, upload.id, async () => {
    const { stillMine } = await beginFile(user, [upload.id]);
    const [present = upload] = await findUploads(user, [upload.id]);
    if (present.location !== null) return present;
    const location = await write(user, [upload], upload.metadata, stillMine);
    await endUpload(user, upload.id, location);
    return { ...upload, offset: upload.length, location };
  });
}

/**
 * The same for parts that came one beside the other. Asked for twice it makes one file.
 *
 * @throws UPLOAD_NOT_FOUND, UPLOAD_GONE, PARTS_INVALID, UPLOAD_METADATA_INVALID, and what the write of a file throws
 * @see tus 1.0, "Concatenation"
 */
export function joinUploads(user: UserPrincipal, concat: string, metadata: string): Promise<Upload> {
  return onceAtATime(user, concat, async () => {
    const before = await findJoined(user, concat);
    if (before) return before;
    const ids = idsOf(concat);
    const { stillMine } = await beginFile(user, ids);
    const joined = await findJoined(user, concat); // by who was just ending it
    if (joined) return joined;
    const parts = await findUploads(user, ids);
    if (parts.length < ids.length) throw noSuchUpload();
    if (parts.some(({ location, expiresAt }) => location !== null || expiresAt <= new Date())) throw uploadGone();
    if (!parts.every((part) => isPart(part) && part.offset === part.length)) throw partsInvalid();
    if (!(await arePartFilesThere(user.siteId, parts))) throw uploadGone();
    const location = await write(user, parts, metadata, stillMine);
    return endParts(user, ids, { location, metadata, concat });
  });
}

async function onceAtATime(
  { siteId, userId }: UserPrincipal,
  which: string,
  work: () => Promise<Upload>,
): Promise<Upload> {
  const person = `${siteId} ${userId}`;
  const key = `${person} ${which}`;
  const running = underWay().get(key);
  if (running) return running;
  const started = inTurn()(person, () => aloneAmongProcesses(key, work)).finally(() => underWay().delete(key));
  underWay().set(key, started);
  return started;
}

/** A client that was told of a break by one process asks the next, while the first goes on. */
async function aloneAmongProcesses<T>(key: string, work: () => Promise<T>): Promise<T> {
  const release = await hold(`file of ${key}`, { patienceMs: PATIENCE_MS });
  try {
    return await work();
  } finally {
    await release();
  }
}

/**
 * Returns the path at which the file stands. Whoever has lost his hold meanwhile, and with it his turn, makes none; where
 * another cloud makes it, that is judged before it is asked.
 */
async function write(user: UserPrincipal, parts: Upload[], metadata: string, stillMine: StillAllowed): Promise<string> {
  const { path, conflict, ifMatch, sha256 } = readUploadWish(metadata);
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const ids = parts.map(({ id }) => id);
  const tree = drive(user, { also: stillMine });
  const to = conflict === "keep-both" ? await freePath(tree, path) : path;
  const make = async () => {
    const body = readPartFiles(user.siteId, parts);
    try {
      return await tree.write(to, body, { size, sha256, ifMatch, ifAbsent: conflict !== "replace" });
    } catch (error) {
      if (hasCode(error, "CHECKSUM_MISMATCH")) await Promise.allSettled(ids.map((id) => removeUpload(user, id)));
      throw error;
    } finally {
      body.destroy();
    }
  };
  // What goes to somebody else counts there; here the parts count until it has arrived, however long that takes.
  const mount = await findMount(user, to);
  const isOurs = !mount || mount.rest.length === 0;
  const { entry } = isOurs ? await insteadOf(user, ids, make) : await make();
  return `/${[...to.slice(0, -1), entry.name].join("/")}`;
}

const MOST_PARTS = 100;

/** @throws PARTS_INVALID */
function idsOf(concat: string): string[] {
  const urls = concat.slice("final;".length).trim().split(/\s+/);
  const ids = urls.map((url) => /(?:^|\/)uploads\/([0-9a-f-]{36})$/.exec(url)?.[1] ?? "");
  if (ids.length > MOST_PARTS || ids.includes("") || new Set(ids).size < ids.length) throw partsInvalid();
  return ids;
}

const partsInvalid = () =>
  invalid("PARTS_INVALID", "A file is put together of parts that are whole, each once, at most 100 of them.");
