import { createHash } from "node:crypto";
import { type HashUnderWay, hashBeside } from "./hash-thread";
import type { PutOptions } from "./store";

const MIB = 1024 * 1024;
/** A service takes so many parts of one object, of at least 5 MiB each but for the last. */
const MOST_PARTS = 10_000;
const SMALLEST = 8 * MIB;
/** Parts double after so many, where equal ones are not smaller: 10,000 of them hold more than a bucket takes of one file. */
const BEFORE_DOUBLING = 1_000;

/**
 * How large the part of this number, from 0, is, after so many bytes have come. Somebody who announces much has not sent
 * it yet: memory follows what came, up to what parts of equal size need for what is left.
 */
export function partSize(number: number, come: number, announced = Number.POSITIVE_INFINITY): number {
  const equal = Math.ceil((announced - come) / (MOST_PARTS - number) / MIB) * MIB;
  return Math.max(SMALLEST, Math.min(equal, SMALLEST * 2 ** Math.floor(number / BEFORE_DOUBLING)));
}

type Send = (bytes: Uint8Array, number: number) => Promise<void>;

/** Cuts what it is given into parts and hashes it: one part is sent while the next fills, and more memory it never takes. */
export function partWriter(send: Send, { limit = Number.POSITIVE_INFINITY, size: announced }: PutOptions = {}) {
  let count = 0;
  let size = 0;
  let part: Uint8Array<ArrayBuffer> | null = null;
  let filled = 0;
  let spare: ArrayBuffer | null = null;
  let hash: HashUnderWay | null = null;
  let sent = Promise.resolve();

  /** One byte more than may come, so that what ends with the limit never fills its part. */
  function nextPart(): Uint8Array<ArrayBuffer> {
    const wanted = Math.min(partSize(count, size, announced), limit - size + 1);
    const memory = spare && spare.byteLength >= wanted ? spare : new ArrayBuffer(wanted);
    spare = null;
    return new Uint8Array(memory, 0, wanted);
  }

  async function sendNext(full: Uint8Array<ArrayBuffer>): Promise<void> {
    part = null;
    const [number, length] = [count++, full.length]; // what is lent has no length any more
    await sent;
    sent = (async () => {
      hash ??= hashBeside();
      const memory = await hash.lend(full.buffer, length);
      await send(new Uint8Array(memory, 0, length), number);
      spare = memory;
    })();
    sent.catch(() => {}); // told to whoever awaits it
  }

  return {
    /** Resolves when more may come. */
    async write(chunk: Uint8Array): Promise<void> {
      for (let taken = 0; taken < chunk.length; ) {
        if (!part) [part, filled] = [nextPart(), 0];
        const piece = chunk.subarray(taken, taken + part.length - filled);
        part.set(piece, filled);
        filled += piece.length;
        size += piece.length;
        taken += piece.length;
        if (filled === part.length) await sendNext(part);
      }
    },
    /** Resolves when all that filled a part is sent; with the rest, which is left to the caller. */
    async end(): Promise<{ rest: Uint8Array; count: number; size: number; sha256: string }> {
      await sent;
      let rest: Uint8Array = part?.subarray(0, filled) ?? new Uint8Array();
      if (!hash) return { rest, count, size, sha256: createHash("sha256").update(rest).digest("hex") };
      if (part) rest = new Uint8Array(await hash.lend(part.buffer, filled), 0, filled);
      return { rest, count, size, sha256: await hash.digest() };
    },
    /** Resolves when nothing is being sent any more. */
    async drop(): Promise<void> {
      await sent.catch(() => {});
      hash?.drop();
    },
    get size() {
      return size;
    },
  };
}
