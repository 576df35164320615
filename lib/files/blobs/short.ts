import { Readable, Writable } from "node:stream";
import { pool } from "@/lib/core/db";
import type { ByteRange } from "../tree";
import { requireWhole } from "./damage";
import { pump, tooLong } from "./pump";
import { type BlobKey, blobStore, type PutOptions } from "./store";

/** What is as short as this stands in the blob's row: a file of its own would cost many times what is in it. */
const MOST = 4096;

/** Whether content of this size, where it is known beforehand, is kept in its row. */
export const isShort = (size: number | undefined): size is number => size !== undefined && size <= MOST;

/** Everything of a short body. @throws BLOB_TOO_LONG */
export async function readShort(body: Readable, { limit, signal }: PutOptions & { limit: number }): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      chunks.push(chunk);
      done(size > limit ? tooLong() : null);
    },
  });
  await pump(body, sink, signal);
  return Buffer.concat(chunks);
}

/**
 * The bytes of a blob of this size, from its row or from the store. Null: there are none.
 *
 * @throws FILE_DAMAGED, STORAGE_UNREACHABLE
 */
export async function openBlob(key: BlobKey, size: number, range?: ByteRange): Promise<Readable | null> {
  await requireWhole(key);
  return openBytes(key, size, range);
}

/** As `openBlob`, in whatever state they are. */
export async function openBytes(key: BlobKey, size: number, range?: ByteRange): Promise<Readable | null> {
  return (isShort(size) && (await openShort(key, range))) || blobStore().open(key, range);
}

async function openShort({ siteId, id }: BlobKey, range?: ByteRange): Promise<Readable | null> {
  const text = `SELECT "bytes" FROM "Blob" WHERE "siteId" = $1 AND "id" = $2 AND "bytes" IS NOT NULL`;
  const { rows } = await pool().query<{ bytes: Buffer }>({ name: "short-blob", text, values: [siteId, id] });
  const bytes = rows[0]?.bytes;
  if (!bytes) return null;
  return Readable.from([range ? bytes.subarray(range.start, range.end + 1) : bytes], { objectMode: false });
}
