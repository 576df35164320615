import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Setting } from "./setting";

/** Of so many milliseconds a slow cloud works only the last part. */
const STOPPED_MS = 180;
const RUNNING_MS = 20;

/** Does the work while a cloud gets a tenth of the time. */
export async function whileSlow<T>({ pid }: { pid: number }, work: () => Promise<T>): Promise<T> {
  let isOver = false;
  const stopping = (async () => {
    while (!isOver) {
      process.kill(pid, "SIGSTOP");
      await sleep(STOPPED_MS);
      process.kill(pid, "SIGCONT");
      await sleep(RUNNING_MS);
    }
  })();
  try {
    return await work();
  } finally {
    isOver = true;
    await stopping;
  }
}

/** Does the work while a cloud takes connections and answers nothing. */
export async function whileHung<T>({ pid }: { pid: number }, work: () => Promise<T>): Promise<T> {
  process.kill(pid, "SIGSTOP");
  try {
    return await work();
  } finally {
    process.kill(pid, "SIGCONT");
  }
}

/** Does the work while a cloud is not there; afterwards it is, as another process. */
export async function whileDead<T>({ clouds }: Setting, index: 0 | 1, work: () => Promise<T>): Promise<T> {
  await tellScript({ end: index });
  try {
    return await work();
  } finally {
    clouds[index].pid = (await tellScript({ begin: index })) ?? 0;
  }
}

/** The script that runs the clouds ends and begins them. */
async function tellScript(message: { end: number } | { begin: number }): Promise<number | undefined> {
  if (!process.send) throw new Error("This is run by npm run bench");
  process.send(message);
  const [{ pid }] = await once(process, "message");
  return pid;
}
