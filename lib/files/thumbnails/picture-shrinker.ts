import { type ChildProcess, fork } from "node:child_process";
import os from "node:os";
import { fileURLToPath } from "node:url";

/** A small picture, or why there is none. */
export type Shrunk = { bytes: Buffer } | { failure: string };

type Options = {
  /** The longer side of what is made, in pixels. */
  size: number;
  seconds?: number;
  idleSeconds?: number;
};

/**
 * Makes pictures small in a process beside this one, one after the other. One that takes too long, or takes the process
 * down, costs only that process: the next picture gets a new one. Without work it ends, and gives its memory back.
 */
export function pictureShrinker({ size, seconds = 20, idleSeconds = 30 }: Options) {
  let child: ChildProcess | null = null;
  let line: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;

  function stop(): void {
    clearTimeout(idle);
    child?.kill("SIGKILL");
    child = null;
  }

  async function shrinkNext(bytes: Buffer): Promise<Shrunk> {
    clearTimeout(idle);
    child ??= startProcess();
    const { isLost, shrunk } = await answerOf(child, { bytes, size }, seconds);
    if (isLost) stop();
    idle = setTimeout(stop, idleSeconds * 1000);
    idle.unref();
    return shrunk;
  }

  return {
    /** Whatever the bytes are, this answers, and never throws. */
    shrink(bytes: Buffer): Promise<Shrunk> {
      const turn = line.then(() => shrinkNext(bytes));
      line = turn;
      return turn;
    },
    stop,
  };
}

function startProcess(): ChildProcess {
  const child = fork(fileURLToPath(new URL("./thumbnail-process.mjs", import.meta.url)), {
    serialization: "advanced",
    // Nothing that this process knows is for whoever decodes what strangers made.
    env: { NODE_ENV: "production", VIPS_BLOCK_UNTRUSTED: "1", UV_THREADPOOL_SIZE: "2" },
    execArgv: ["--max-old-space-size=128"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  child.on("error", () => {}); // it is told by its end
  child.unref();
  child.channel?.unref();
  try {
    if (child.pid) os.setPriority(child.pid, 10);
  } catch {} // where that is not allowed it works like all others
  return child;
}

/** What the process says of one picture, or that it cannot be used any more. */
function answerOf(
  child: ChildProcess,
  message: { bytes: Buffer; size: number },
  seconds: number,
): Promise<{ shrunk: Shrunk; isLost: boolean }> {
  return new Promise((resolve) => {
    const settle = (shrunk: Shrunk, isLost: boolean) => {
      clearTimeout(timer);
      child.off("message", onMessage).off("exit", onExit);
      child.channel?.unref();
      resolve({ shrunk, isLost });
    };
    const onMessage = (answer: unknown) => settle(read(answer), false);
    const onExit = () => settle({ failure: "It could not be decoded." }, true);
    const timer = setTimeout(() => settle({ failure: "It took too long." }, true), seconds * 1000);
    child.once("message", onMessage).once("exit", onExit);
    child.channel?.ref();
    child.send(message, (error) => error && settle({ failure: error.message }, true));
  });
}

function read(answer: unknown): Shrunk {
  const { bytes, failure } = answer as { bytes?: Uint8Array; failure?: string };
  return bytes ? { bytes: Buffer.from(bytes) } : { failure: failure ?? "It could not be decoded." };
}
