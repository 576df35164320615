import { Worker } from "node:worker_threads";
import { once } from "@/lib/core/once";

/** A hash under way beside the main thread. Batches count in the order in which they are lent. */
export type HashUnderWay = {
  /** Gives a buffer away until it is hashed; resolves with the same memory. */
  lend(bytes: ArrayBuffer, length: number): Promise<ArrayBuffer>;
  /** SHA-256 in hex of all that was lent. */
  digest(): Promise<string>;
  /** Forgets it; harmless once there is a digest. */
  drop(): void;
};

type Answer = { bytes: ArrayBuffer } | { digest: string };
type Waiting = { resolve(answer: Answer): void; reject(error: unknown): void };

// As text, because the server runs from a bundle, which has no second file to start.
const THREAD = `
const { createHash } = require("node:crypto");
const { parentPort } = require("node:worker_threads");
const hashes = new Map();
parentPort.on("message", ({ id, bytes, length, isLast }) => {
  const hash = hashes.get(id) ?? createHash("sha256");
  if (isLast !== undefined) hashes.delete(id);
  else hashes.set(id, hash.update(new Uint8Array(bytes, 0, length)));
  if (bytes) parentPort.postMessage({ bytes }, [bytes]);
  else if (isLast) parentPort.postMessage({ digest: hash.digest("hex") });
});`;

/** One thread for all uploads of this process: messages are answered in their order. */
function startThread(onEnd: () => void) {
  const worker = new Worker(THREAD, { eval: true });
  const waiting: Waiting[] = [];
  worker.unref();
  worker.on("message", (answer: Answer) => {
    waiting.shift()?.resolve(answer);
    if (waiting.length === 0) worker.unref();
  });
  worker.on("error", (error) => {
    onEnd();
    for (const { reject } of waiting.splice(0)) reject(error);
  });
  return {
    ask: (message: object, transfer: ArrayBuffer[] = []) =>
      new Promise<Answer>((resolve, reject) => {
        waiting.push({ resolve, reject });
        worker.ref();
        worker.postMessage(message, transfer);
      }),
    tell: (message: object) => worker.postMessage(message),
  };
}

type Threads = { current: ReturnType<typeof startThread> | null; nextId: number };
const threads = () => once("files.hashThread", (): Threads => ({ current: null, nextId: 0 }));

/** Starts to hash what is too much to be hashed between two packets: on the other core, bytes keep coming in. */
export function hashBeside(): HashUnderWay {
  const state = threads();
  state.current ??= startThread(() => {
    state.current = null;
  });
  const thread = state.current;
  const id = state.nextId++;
  return {
    async lend(bytes, length) {
      const answer = await thread.ask({ id, bytes, length }, [bytes]);
      return (answer as { bytes: ArrayBuffer }).bytes;
    },
    digest: async () => ((await thread.ask({ id, isLast: true })) as { digest: string }).digest,
    drop: () => thread.tell({ id, isLast: false }),
  };
}
