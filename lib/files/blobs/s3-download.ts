import { Readable } from "node:stream";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { ByteRange } from "../tree";
import { isAbsence, storageError } from "./s3-client";

type Place = { Bucket: string; Key: string };

/** Without a byte in between. */
const MOST_BREAKS = 4;

/** The bytes of an object, asked for again from where it stood when the connection breaks. Null: there is none. */
export async function openObject(client: S3Client, place: Place, range?: ByteRange): Promise<Readable | null> {
  const left = new AbortController();
  let part: Readable | undefined;

  async function ask(Range?: string) {
    const input = { ...place, Range };
    const { Body, ContentLength = 0 } = await client.send(new GetObjectCommand(input), { abortSignal: left.signal });
    part = Body as Readable;
    part.on("error", () => {}); // told to whoever reads
    return { part, length: ContentLength };
  }

  async function* pieces(first: { part: Readable; length: number }) {
    const start = range?.start ?? 0;
    const end = start + first.length - 1;
    let at = start;
    let breaks = 0;
    for (let current = first.part; ; ) {
      try {
        for await (const chunk of current) {
          at += chunk.length;
          breaks = 0;
          yield chunk;
        }
      } catch (error) {
        if (left.signal.aborted || ++breaks >= MOST_BREAKS) throw storageError(error);
      }
      if (at > end) return;
      if (++breaks >= MOST_BREAKS) throw new Error("The storage service sends less than it said.");
      current = (await ask(`bytes=${at}-${end}`).catch((error) => Promise.reject(storageError(error)))).part;
    }
  }

  try {
    const first = await ask(range && `bytes=${range.start}-${range.end}`);
    const body = Readable.from(pieces(first), { objectMode: false });
    // Whoever goes away waits for nothing, least of all for a service that is silent.
    return body.once("close", () => {
      left.abort();
      part?.destroy();
    });
  } catch (error) {
    if (isAbsence(error)) return null;
    throw storageError(error);
  }
}
