import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { type Readable, Writable } from "node:stream";
import { AppError, conflict } from "@/lib/core/errors";
import { translated } from "../blobs/disk";
import { pump, tooLong } from "../blobs/pump";
import { hold } from "./hold";
import { openPartFile } from "./part-files";
import { getUpload, isPart, noteOffset, type Owner, takeTurn, type Upload, uploadGone } from "./uploads";

/** So many bytes at most are sent again after a crash, whatever the client takes for one request. */
const NOTE_EVERY = 16 * 1024 * 1024;
const WRITE_BUFFER = 256 * 1024;

export type Bytes = {
  body: Readable;
  /** Where the client thinks they belong. */
  offset: number;
  /** How many are announced, if that is. */
  size?: number;
  /** What these bytes hash to; of others nothing is kept. */
  checksum?: { algorithm: "sha1" | "sha256"; digest: Buffer };
  signal: AbortSignal;
};

/** So long a request has to stop writing: it ends with the write that is under way. */
const STOP_WITHIN_MS = 20_000;
const nameOf = (id: string) => `upload/${id}`;

/**
 * Ends whatever still writes to an upload, in whichever process: what it had is noted. A connection that died without a
 * word is held open by nobody but us, and its client is back.
 *
 * @throws UPLOAD_BUSY (503)
 */
export async function stopWriting(id: string, signal?: AbortSignal): Promise<void> {
  const release = await hold(nameOf(id), { patienceMs: STOP_WITHIN_MS, signal });
  await release();
}

/**
 * Writes bytes where an upload ended so far. What this returns, or `getUpload` tells afterwards, would survive a power
 * cut. What came of a body that breaks off is kept, unless there is a checksum for all of it. The last byte of what
 * becomes a file is acknowledged by `endUpload` alone: until then it can be sent again, and the file made again. One at a
 * time writes to an upload, among all processes; who comes later ends who came before.
 *
 * @throws UPLOAD_NOT_FOUND, UPLOAD_GONE, OFFSET_MISMATCH, UPLOAD_TOO_LONG (413), CHECKSUM_MISMATCH (460),
 *   UPLOAD_TAKEN_OVER, UPLOAD_BUSY (503)
 * @see tus 1.0, "PATCH" and "Checksum"
 */
export async function receiveBytes(owner: Owner, id: string, bytes: Bytes): Promise<{ upload: Upload; end: number }> {
  const stop = new AbortController();
  const release = await hold(nameOf(id), {
    want: (why) => stop.abort(why),
    patienceMs: STOP_WITHIN_MS,
    signal: bytes.signal,
  });
  try {
    return await receive(owner, id, { ...bytes, signal: AbortSignal.any([bytes.signal, stop.signal]) });
  } finally {
    await release();
  }
}

async function receive(owner: Owner, id: string, bytes: Bytes): Promise<{ upload: Upload; end: number }> {
  const turn = await takeTurn(owner, id);
  const upload = await getUpload(owner, id);
  requireFit(upload, bytes);
  if (upload.location !== null) return { upload, end: upload.offset };
  const file = await openPartFile({ siteId: owner.siteId, id });
  if (!file) throw uploadGone();
  try {
    const most = isPart(upload) ? upload.length : Math.max(0, upload.length - 1);
    const note = async (end: number) => {
      await file.datasync();
      await noteOffset(owner, id, turn, Math.min(end, most));
    };
    return { upload, end: await writeBytes(file, upload, bytes, note) };
  } catch (error) {
    throw translated(error);
  } finally {
    await file.close();
  }
}

function requireFit(upload: Upload, { offset, size = 0 }: Bytes): void {
  if (offset !== upload.offset) throw conflict("OFFSET_MISMATCH", "The upload has another offset. Ask for it first.");
  if (offset + size > upload.length) throw tooMuch();
}

async function writeBytes(
  file: FileHandle,
  { offset, length }: Upload,
  { body, checksum, signal }: Bytes,
  note: (end: number) => Promise<void>,
): Promise<number> {
  const hash = checksum && createHash(checksum.algorithm);
  let end = offset;
  let noted = offset;
  let writing = Promise.resolve();
  const sink = new Writable({
    highWaterMark: WRITE_BUFFER,
    write(chunk: Buffer, _encoding, done) {
      if (end + chunk.length > length) return done(tooLong());
      writing = writeAt(file, chunk, end).then(async () => {
        end += chunk.length;
        hash?.update(chunk);
        if (hash || end - noted < NOTE_EVERY) return;
        await note(end);
        noted = end;
      });
      writing.then(() => done(), done);
    },
  });
  try {
    await pump(body, sink, signal);
  } catch (error) {
    await writing.catch(() => {});
    if (!hash && end > noted) await note(end);
    throw (error as { code?: string }).code === "BLOB_TOO_LONG" ? tooMuch() : error;
  }
  if (checksum && !hash?.digest().equals(checksum.digest)) throw wrongChecksum();
  await note(end);
  return end;
}

/** A write may do less than it was asked to, on a full disk for one. */
async function writeAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

const tooMuch = () => new AppError(413, "UPLOAD_TOO_LONG", "More bytes came than the upload was said to have.");
const wrongChecksum = () =>
  new AppError(460, "CHECKSUM_MISMATCH", "The bytes that arrived are not those that were sent. Send them again.");
