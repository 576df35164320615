import { type ChildProcess, fork } from "node:child_process";
import os from "node:os";
import { fileURLToPath } from "node:url";

/** A small picture; or why none can be made of it, ever (`refused`); or what kept it from being made now (`failed`). */
export type Shrunk = { bytes: Buffer } | { refused: string } | { failed: string };

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
          return { failed: String(error) };
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
    const onExit = () => settle({ failed: "Its process ended." }, true);
    const timer = setTimeout(() => settle(tooLong(message.bytes), true), seconds * 1000);
    child.once("message", onMessage).once("exit", onExit);
    child.channel?.ref();
    child.send(message, (error) => error && settle({ failed: error.message }, true));
  });
}

/**
 * Pictures are so bounded that only a busy machine takes so long. A paper may be drawn for ever, and would be again each
 * time that somebody looks at its folder.
 */
function tooLong(bytes: Buffer): Shrunk {
  const why = "It took too long.";
  return bytes.subarray(0, 5).toString("latin1") === "%PDF-" ? { refused: why } : { failed: why };
}

function read(answer: unknown): Shrunk {
  const { bytes, failure } = answer as { bytes?: Uint8Array; failure?: string };
  return bytes ? { bytes: Buffer.from(bytes) } : { refused: failure ?? "It could not be decoded." };
}
