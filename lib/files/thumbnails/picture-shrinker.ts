import { type ChildProcess, fork } from "node:child_process";
import os from "node:os";
import { fileURLToPath } from "node:url";

/**
 * A small picture; or why none can be made of it, ever (`refused`); or what kept it from being made now (`failed`):
 * `isOfPicture` where a process that was fit to work ended over it, or took too long.
 */
export type Shrunk = { bytes: Buffer } | { refused: string } | { failed: string; isOfPicture: boolean };

type Options = {
  /** The longer side of what is made, in pixels. */
  size: number;
  seconds?: number;
  idleSeconds?: number;
  /** In which a paper is drawn. */
  drawingMegabytes?: number;
  /** What the process runs. */
  program?: URL;
};

const PROGRAM = new URL("./thumbnail-process.mjs", import.meta.url);

/**
 * Makes pictures small in a process beside this one, one after the other. One that takes too long, or takes the process
 * down, costs only that process: the next picture gets a new one. Without work it ends, and gives its memory back.
 */
export function pictureShrinker(options: Options) {
  const { size, seconds = 20, idleSeconds = 30, drawingMegabytes = 384, program = PROGRAM } = options;
  let child: ChildProcess | null = null;
  let line: Promise<Shrunk | null> = Promise.resolve(null);
  let idle: NodeJS.Timeout | undefined;

  function stop(): void {
    clearTimeout(idle);
    child?.kill("SIGKILL");
    child = null;
  }

  async function shrinkNext(bytes: Buffer): Promise<Shrunk> {
    clearTimeout(idle);
    if (!child?.connected) child = startProcess(program, drawingMegabytes);
    const { isLost, shrunk } = await answerOf(child, { bytes, size }, seconds);
    if (isLost) stop();
    idle = setTimeout(stop, idleSeconds * 1000);
    idle.unref();
    return shrunk;
  }

  return {
    /** Whatever the bytes are, this answers, and never throws. */
    shrink(bytes: Buffer): Promise<Shrunk> {
      const turn = line
        .then(() => shrinkNext(bytes))
        .catch((error: unknown) => {
          stop(); // no process could be started, or it could not be spoken to
          return { failed: String(error), isOfPicture: false };
        });
      line = turn;
      return turn;
    },
    stop,
  };
}

function startProcess(program: URL, drawingMegabytes: number): ChildProcess {
  const child = fork(fileURLToPath(program), {
    serialization: "advanced",
    // Nothing that this process knows is for whoever decodes what strangers made.
    env: { NODE_ENV: "production", VIPS_BLOCK_UNTRUSTED: "1", UV_THREADPOOL_SIZE: "2" },
    execArgv: ["--max-old-space-size=128", `--wasm-max-mem-pages=${drawingMegabytes * 16}`],
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

/** Those that have said that they are fit to work: what ends one of them is what it was given. */
const fit = new WeakSet<ChildProcess>();

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
    const lose = (failed: string) => settle({ failed, isOfPicture: fit.has(child) }, true);
    const onMessage = (answer: unknown) => {
      if (answer === "fit") fit.add(child);
      else settle(read(answer), false);
    };
    const onExit = () => lose("Its process ended.");
    const timer = setTimeout(() => lose("It took too long."), seconds * 1000);
    child.on("message", onMessage).once("exit", onExit);
    child.channel?.ref();
    child.send(message, (error) => error && settle({ failed: error.message, isOfPicture: false }, true));
  });
}

function read(answer: unknown): Shrunk {
  const { bytes, failure } = answer as { bytes?: Uint8Array; failure?: string };
  return bytes ? { bytes: Buffer.from(bytes) } : { refused: failure ?? "It could not be decoded." };
}
