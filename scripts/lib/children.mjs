import { setTimeout as sleep } from "node:timers/promises";
import { Plain } from "./plain.mjs";
import { step } from "./progress.mjs";

/** A process that ends with this code will not run better the next time: its last line says what to change. */
export const DO_NOT_RESTART = 78;
const EARLY = 60_000;
const MOST_EARLY_ENDS = 10;
const LONGEST_PAUSE = 30;

/** Resolves with how a child ended, and with the last line that it wrote on stderr. */
export function endOf(child) {
  let lastWords = "";
  child.stderr?.on("data", (bytes) => {
    lastWords = (lastWords + bytes).slice(-4_000);
  });
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, lastWords: fatalLine(lastWords) }));
  });
}

/** Of a stack trace the line that says what happened, of anything else the last one. */
function fatalLine(text) {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.findLast((line) => /^(\w*Error|FATAL)\b/.test(line)) ?? lines.at(-1) ?? "";
}

/** Sends a signal, and kills what has not ended in time. */
export async function stopChild({ child, ended }, { signal = "SIGTERM", patience = 20_000 } = {}) {
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), patience);
  await ended;
  clearTimeout(timer);
}

const describeEnd = ({ code, signal }) => (signal ? `killed by ${signal}` : `exit code ${code}`);

/**
 * Starts a child and starts it again whenever it ends unasked, after 1, 2, 4… seconds. `launch` resolves with
 * `{ ended, stop, kill }` once the child is ready. The first launch may fail (the error is thrown); later ones are
 * repeated. `onHopeless` is called once, when repeating has no sense any more.
 */
export async function keepRunning({ name, launch, onHopeless }) {
  const quitting = new AbortController();
  let startedAt = Date.now();
  let current = await launch();
  let earlyEnds = 0;

  async function restartAfter(end) {
    earlyEnds = Date.now() - startedAt < EARLY ? earlyEnds + 1 : 1;
    if (earlyEnds >= MOST_EARLY_ENDS) {
      throw new Plain(
        `${name} ended ${earlyEnds} times within a minute of its start, the last time with: ${end.lastWords}`,
      );
    }
    const pause = Math.min(2 ** (earlyEnds - 1), LONGEST_PAUSE);
    step(`${name} ended unexpectedly (${describeEnd(end)}); starting it again in ${pause} s. ${end.lastWords}`.trim());
    await sleep(pause * 1_000, undefined, { signal: quitting.signal });
    startedAt = Date.now();
    const next = await launch().catch((error) => failedLaunch(error));
    if (quitting.signal.aborted) await next.stop();
    else if (next.isReady !== false) step(`${name} is back`);
    return next;
  }

  async function watch() {
    while (!quitting.signal.aborted) {
      const end = await current.ended;
      if (quitting.signal.aborted) return;
      if (end.code === DO_NOT_RESTART) throw new Plain(end.lastWords || `${name} cannot run.`, DO_NOT_RESTART);
      current = await restartAfter(end);
    }
  }
  const watching = watch().catch((error) => error.name !== "AbortError" && onHopeless(error));

  return {
    /** Ends it for good, cleanly. */
    async stop() {
      quitting.abort();
      await current.stop();
      await watching;
    },
    /** Ends it this instant with -9; unless `stop` was called, it comes back. */
    kill: () => current.kill(),
    /** The process as it is now. */
    pid: () => current.pid,
  };
}

const failedLaunch = (error) => ({
  isReady: false,
  ended: Promise.resolve({ code: error.exitCode ?? 1, signal: null, lastWords: error.message }),
  stop: async () => {},
  kill: () => {},
});
