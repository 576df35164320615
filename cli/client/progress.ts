import { Transform } from "node:stream";
import { clean, sizeText } from "./print";

const EVERY = 100;
const BAR = 20;

/** A line on the terminal that tells how far one file is; nothing where there is no terminal. */
export type Progress = { add(bytes: number): void; end(): void };

const NONE: Progress = { add: () => {}, end: () => {} };

/** `total` in bytes, or null where nobody knows; `done` is what was there before. */
export function startProgress(name: string, total: number | null, quiet: boolean, done = 0): Progress {
  const { stderr } = process;
  if (quiet || !stderr.isTTY) return NONE;
  const started = performance.now();
  let bytes = done;
  let shownAt = 0;
  const show = () => {
    const seconds = Math.max(0.001, (performance.now() - started) / 1000);
    const line = progressLine({ name: clean(name), bytes, total, rate: (bytes - done) / seconds });
    stderr.write(`\r\x1b[K${line.slice(0, Math.max(20, (stderr.columns ?? 80) - 1))}`);
  };
  return {
    add(more) {
      bytes += more;
      if (performance.now() - shownAt < EVERY) return;
      shownAt = performance.now();
      show();
    },
    end: () => void stderr.write("\r\x1b[K"),
  };
}

type Shown = { name: string; bytes: number; total: number | null; rate: number };

/** `[#####     ] 25 %  1.2 MB/s  0:12  name`; `rate` in bytes a second. */
export function progressLine({ name, bytes, total, rate }: Shown): string {
  const speed = `${sizeText(rate)}/s`;
  if (total === null) return `${sizeText(bytes)}  ${speed}  ${name}`;
  const part = total === 0 ? 1 : Math.min(1, bytes / total);
  const bar = "#".repeat(Math.round(part * BAR)).padEnd(BAR);
  const left = rate > 0 ? Math.round((total - bytes) / rate) : 0;
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return `[${bar}] ${Math.floor(part * 100)} %  ${speed}  ${clock}  ${name}`;
}

/** Hands bytes on as they are, and tells how many. */
export function counting(progress: Progress): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      progress.add(chunk.length);
      done(null, chunk);
    },
  });
}
