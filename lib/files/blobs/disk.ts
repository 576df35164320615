import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, opendir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { type Readable, Writable } from "node:stream";
import { AppError } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { uploadExpired } from "../internal/refusals";
import type { ByteRange } from "../tree";
import { hashingWriter } from "./hashing-writer";
import { probeFolder } from "./probe-folder";
import { pump, tooLong } from "./pump";
import { markAsFile } from "./send-body";
import type { BlobKey, BlobStore, PutOptions } from "./store";

/** Large enough that reading a file out keeps pace with the network. */
const READ_CHUNK = 256 * 1024;
/** What may wait for the disk while an upload comes in, besides what is being written and hashed. */
const WRITE_BUFFER = 256 * 1024;
const LIST_BATCH = 500;

/** Of each site, and of the store itself for its probes; a backup leaves it out. */
const INCOMING = "incoming";
const SHELVES = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, "0"));

/** Blobs as files: `<site>/<last two digits of the id>/<id>`, made in `<site>/incoming`. */
export function diskStore(root: string): BlobStore {
  const shelf = ({ siteId, id }: BlobKey) => path.join(root, siteId, id.slice(-2));
  const place = (key: BlobKey) => path.join(shelf(key), key.id);
  const draft = ({ siteId, id }: BlobKey) => path.join(root, siteId, INCOMING, id);
  const sites = new Map<string, Promise<void>>();

  const ready = (siteId: string) => {
    const known = sites.get(siteId) ?? makeFolders(path.join(root, siteId), [INCOMING, ...SHELVES]);
    sites.set(siteId, known);
    known.catch(() => sites.delete(siteId));
    return known;
  };

  async function put(key: BlobKey, body: Readable, options: PutOptions = {}) {
    await ready(key.siteId);
    const file = await open(draft(key), "w"); // over what a killed process left of the same
    let made = draft(key);
    try {
      const written = await drain(body, file, options);
      // Nobody sees it before its row is committed, so the move may come first: one sync of the disk serves both.
      await rename(draft(key), place(key));
      made = place(key);
      await Promise.all([file.datasync(), syncFolder(shelf(key))]);
      return written;
    } catch (error) {
      // Whole bytes that stood in its place before, which somebody wanted to mend or move, are not of this call.
      await rm(made, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  }

  async function remove(key: BlobKey) {
    await Promise.all([rm(draft(key), { force: true }), rm(place(key), { force: true })]);
  }

  return {
    put: (key, body, options) =>
      put(key, body, options).catch((error) => {
        sites.clear(); // one of their folders may be what is missing
        throw translated(error);
      }),
    open: (key, range) => openFile(place(key), range),
    remove,
    list: (siteId) => listIds(path.join(root, siteId)),
    probe: () => probeFolder(path.join(root, INCOMING)),
  };
}

/** What a failure of the disk is to whoever uploads. */
export function translated(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") {
    const message = "There is no room left on this cloud's disk. Ask who runs it to make some.";
    return new AppError(507, "STORAGE_FULL", message, { cause: error });
  }
  // Swept while it was being written, so its lease was over.
  return code === "ENOENT" ? uploadExpired() : error;
}

/** All at once, so that one sync serves them all. Also each of the folders above, up to the store's own, may be new. */
async function makeFolders(folder: string, names: string[]) {
  await mkdir(folder, { recursive: true });
  await Promise.all(names.map((name) => mkdir(path.join(folder, name), { recursive: true })));
  for (const above of [".", "..", "../.."]) await syncFolder(path.join(folder, above));
}

async function syncFolder(folder: string) {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Everything of the body into the file, hashed on the way, in constant memory. */
async function drain(body: Readable, file: FileHandle, { limit = Number.POSITIVE_INFINITY, signal }: PutOptions) {
  const writer = hashingWriter(file, limit);
  const sink = new Writable({
    highWaterMark: WRITE_BUFFER,
    write(chunk: Buffer, _encoding, done) {
      if (writer.size + chunk.length > limit) return done(tooLong());
      writer.write(chunk).then(() => done(), done);
    },
  });
  try {
    await pump(body, sink, signal);
    return await writer.end();
  } finally {
    writer.drop();
  }
}

async function openFile(file: string, range?: ByteRange): Promise<Readable | null> {
  try {
    const handle = await open(file);
    const { start, end } = range ?? { start: 0, end: (await handle.stat()).size - 1 };
    const body = createReadStream("", { fd: handle, highWaterMark: READ_CHUNK, ...range });
    return markAsFile(body, { handle, start, end });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

async function* listIds(folder: string): AsyncGenerator<string[]> {
  const shelves = await readdir(folder).catch(() => []);
  for (const shelf of shelves) {
    let batch: string[] = [];
    for await (const { name } of await opendir(path.join(folder, shelf))) {
      if (!isId(name)) continue;
      batch.push(name);
      if (batch.length < LIST_BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }
}
