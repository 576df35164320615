import { Worker } from "node:worker_threads";
import type { Format } from "./formats";

/** What came of it: words, none of them (`null`), or why not. */
export type Reading = { text: string | null } | { failure: string };

export type DocumentReader = {
  /** The beginning of the text of a document. Whatever it does, this answers within the time, and never throws. */
  read(bytes: Uint8Array, format: Exclude<Format, "text">): Promise<Reading>;
  stop(): Promise<void>;
};

type Limits = { characters: number; seconds?: number; megabytes?: number };

const WATCH_EVERY = 100;
const HEAP_MB = 256;

/**
 * Reads documents on a thread beside this one, with the same code for one after the other; one that takes too long or
 * too much memory loses the thread, and the next gets a new one.
 */
export function documentReader({ characters, seconds = 20, megabytes = 512 }: Limits): DocumentReader {
  let thread: Worker | null = null;

  async function stop() {
    const ending = thread;
    thread = null;
    await ending?.terminate();
  }

  async function read(bytes: Uint8Array, format: Exclude<Format, "text">): Promise<Reading> {
    thread ??= startThread();
    const { isLost, reading } = await answerOf(thread, { bytes, format, limit: characters }, { seconds, megabytes });
    if (isLost) await stop();
    return reading;
  }

  return { read, stop };
}

function startThread(): Worker {
  const thread = new Worker(new URL("./text-thread.mjs", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    stdout: true, // what a library complains about is nobody's log
    stderr: true,
  });
  thread.unref();
  return thread;
}

/** What the thread says of one document, or that it cannot be used any more. */
function answerOf(
  thread: Worker,
  message: { bytes: Uint8Array; format: string; limit: number },
  { seconds, megabytes }: { seconds: number; megabytes: number },
): Promise<{ reading: Reading; isLost: boolean }> {
  return new Promise((resolve) => {
    const before = process.memoryUsage.rss();
    const endsAt = Date.now() + seconds * 1000;
    // The limits of a thread count its objects; what it unpacks lies outside, and is seen in the process alone.
    const watch = setInterval(() => {
      const grown = process.memoryUsage.rss() - before;
      if (Date.now() > endsAt) lose("It took too long.");
      else if (grown > megabytes * 1024 * 1024) lose("It took too much memory.");
    }, WATCH_EVERY);
    const settle = (reading: Reading, isLost: boolean) => {
      clearInterval(watch);
      thread.removeAllListeners();
      thread.on("error", () => {}); // of one that is being stopped
      thread.unref();
      resolve({ reading, isLost });
    };
    const lose = (failure: string) => settle({ failure }, true);
    thread.removeAllListeners();
    thread.once("message", (reading: Reading) => settle(reading, false));
    thread.once("error", (error) => lose(error.message));
    thread.once("exit", () => lose("The thread ended."));
    thread.ref();
    thread.postMessage(message);
  });
}
