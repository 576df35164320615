import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

/** Between two tries, of which so many in a row may fail. */
const PAUSES_MS = [0, 500, 2_000, 5_000];
/** Whoever has sent so much since the last break is given all tries again. */
const PROGRESS = 1024 * 1024;

type Rest = {
  /** The first and the last byte that are to come. */
  start: number;
  end: number;
  /** Opens the same file from a byte on; null: it is not the same any more, or cannot be had from there. */
  again: (from: number) => Promise<Readable | null>;
  signal?: AbortSignal;
};

/**
 * A body that goes on where its connection breaks, so that its reader notices nothing. Exactly the announced bytes come,
 * or it breaks for good with what broke it first.
 */
export function resumed(first: Readable, { start, end, again, signal }: Rest): Readable {
  let current = first;
  let at = start;
  let failed = 0;
  let progressFrom = start;
  const out = new Readable({
    read: () => current.resume(),
    destroy(error, done) {
      current.destroy();
      done(error);
    },
  });

  function follow(body: Readable): void {
    current = body;
    let isOver = false;
    const over = (error: Error) => {
      if (isOver || out.destroyed) return;
      isOver = true;
      void goOn(error);
    };
    body.on("data", (chunk: Buffer) => {
      at += chunk.length;
      if (at > end + 1) return void out.destroy(new RangeError("The other cloud sent more than it announced."));
      if (!out.push(chunk)) body.pause();
    });
    body.once("end", () => {
      if (at <= end) return over(new RangeError("The other cloud sent less than it announced."));
      isOver = true;
      out.push(null);
    });
    body.once("error", over);
    body.once("close", () => over(new Error("The other cloud broke off.")));
  }

  async function goOn(broken: Error): Promise<void> {
    current.destroy();
    if (at - progressFrom >= PROGRESS) failed = 0;
    progressFrom = at;
    for (; failed < PAUSES_MS.length && !signal?.aborted && !out.destroyed; failed++) {
      await sleep(PAUSES_MS[failed], undefined, { signal }).catch(() => {});
      const body = await again(at).catch(() => undefined);
      if (body === null) break;
      if (!body) continue;
      failed++;
      if (out.destroyed) return void body.destroy();
      return follow(body);
    }
    out.destroy(broken);
  }

  follow(first);
  return out;
}
