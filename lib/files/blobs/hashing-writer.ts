import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { once } from "@/lib/core/once";
import { type HashUnderWay, hashBeside } from "./hash-thread";

const BATCH = 256 * 1024;
/** The disk begins with what has come long before all has, so that little is left to wait for at the end. */
const SYNC_EVERY = 32 * 1024 * 1024;
/** So many uploads of this process at once: each takes one of the threads that all else needs as well. */
const MOST_SYNCS = 3;
const behind = () => once("files.syncsBehind", () => ({ count: 0 }));
/** So much memory one upload takes at most; when all of it is on its way, the sender waits. */
const MOST_BATCHES = 6;

/** Writes a file in large pieces and hashes it meanwhile: a piece that is on disk goes to the hash and comes back. */
export function hashingWriter(file: FileHandle, expectedSize = BATCH) {
  const free: ArrayBuffer[] = [];
  const returns: Promise<void>[] = [];
  let made = 0;
  let batch: Uint8Array<ArrayBuffer> | null = null;
  let filled = 0;
  let size = 0;
  let written = Promise.resolve();
  let hash: HashUnderWay | null = null;
  let unsynced = 0;
  let syncing: Promise<void> | null = null;
  /** What the kernel has told here it does not tell again at the end. */
  let failure: unknown = null;

  function syncBehind(): void {
    if (unsynced < SYNC_EVERY || syncing || behind().count >= MOST_SYNCS) return;
    unsynced = 0;
    behind().count++;
    syncing = file
      .datasync()
      .catch((error) => {
        failure ??= error;
      })
      .finally(() => {
        syncing = null;
        behind().count--;
      });
  }

  async function nextBatch(): Promise<Uint8Array<ArrayBuffer>> {
    while (free.length === 0 && made === MOST_BATCHES) {
      await written;
      await returns[0];
    }
    const memory = free.pop();
    if (!memory) made++;
    return new Uint8Array(memory ?? new ArrayBuffer(Math.min(BATCH, expectedSize + 1)));
  }

  /** One write at a time, in the order of the bytes. */
  async function flush(full: Uint8Array<ArrayBuffer>): Promise<void> {
    batch = null;
    await written;
    if (failure) throw failure;
    written = writeWhole(file, full).then(() => {
      unsynced += full.length;
      syncBehind();
      hash ??= hashBeside();
      const back = hash.lend(full.buffer, full.length).then((memory) => {
        free.push(memory);
        returns.shift(); // they come back in the order in which they went
      });
      back.catch(() => {}); // told to whoever awaits it
      returns.push(back);
    });
    written.catch(() => {});
  }

  return {
    /** Resolves when more may come. */
    async write(chunk: Uint8Array): Promise<void> {
      size += chunk.length;
      for (let taken = 0; taken < chunk.length; ) {
        if (!batch) [batch, filled] = [await nextBatch(), 0];
        const part = chunk.subarray(taken, taken + batch.length - filled);
        batch.set(part, filled);
        filled += part.length;
        taken += part.length;
        if (filled === batch.length) await flush(batch);
      }
    },
    /** Resolves when all is written and hashed; not all of it is synced yet. */
    async end(): Promise<{ size: number; sha256: string }> {
      const rest = batch?.subarray(0, filled) ?? new Uint8Array();
      await written;
      await writeWhole(file, rest);
      await syncing;
      if (failure) throw failure;
      if (!hash) return { size, sha256: createHash("sha256").update(rest).digest("hex") };
      if (batch) await hash.lend(batch.buffer, filled);
      await Promise.all(returns);
      return { size, sha256: await hash.digest() };
    },
    drop: () => hash?.drop(),
    get size() {
      return size;
    },
  };
}

/** A write may do less than it was asked to, on a full disk for one. */
async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
  }
}
