import type { FileHandle } from "node:fs/promises";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** A part of a file that a stream would read. */
type PlainFile = { handle: FileHandle; start: number; end: number };
const PLAIN = Symbol("plain file");
type MaybePlain = Readable & { [PLAIN]?: PlainFile };

const CHUNK = 512 * 1024;

/** Notes on a stream, which nobody reads from yet, what it would read. */
export function markAsFile(body: Readable, file: PlainFile): Readable {
  return Object.assign(body, { [PLAIN]: file });
}

/**
 * Sends a body to its end, as `pipeline` does. The bytes of a file go through two buffers in turn instead of a new one
 * for every chunk, which costs as much again as sending them.
 */
export async function sendBody(body: Readable, sink: Writable): Promise<void> {
  const file = (body as MaybePlain)[PLAIN];
  if (!file) return pipeline(body, sink);
  try {
    await sendFile(file, sink);
    sink.end();
  } catch (error) {
    const isGone = sink.destroyed;
    sink.destroy();
    throw isGone ? readerGone() : error;
  } finally {
    body.destroy(); // closes the file
  }
}

async function sendFile({ handle, start, end }: PlainFile, sink: Writable): Promise<void> {
  const memory = Math.max(1, Math.min(CHUNK, end - start + 1));
  const lanes = [0, 1].map(() => ({ buffer: Buffer.allocUnsafeSlow(memory), sent: Promise.resolve() }));
  const failures = new Set<(error: Error) => void>();
  const write = (chunk: Buffer) =>
    new Promise<void>((resolve, reject) => {
      failures.add(reject);
      sink.write(chunk, (error) => {
        failures.delete(reject);
        if (error) reject(error);
        else resolve();
      });
    });
  sink.once("close", () => {
    for (const fail of failures) fail(readerGone());
  });

  for (let position = start, turn = 0; position <= end; turn = 1 - turn) {
    const lane = lanes[turn];
    if (!lane) return;
    await lane.sent;
    const { bytesRead } = await handle.read(lane.buffer, 0, Math.min(memory, end - position + 1), position);
    if (bytesRead === 0) throw new Error("A blob is shorter than its row says.");
    position += bytesRead;
    lane.sent = write(lane.buffer.subarray(0, bytesRead));
    lane.sent.catch(() => {}); // told when the lane is used again
  }
  await Promise.all(lanes.map(({ sent }) => sent));
}

/** As `pipeline` says it. */
const readerGone = () => Object.assign(new Error("The reader went away."), { code: "ERR_STREAM_PREMATURE_CLOSE" });
