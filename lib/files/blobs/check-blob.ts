import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { blobStore } from "./store";

/** What its row says of a blob. */
export type BlobRow = { id: string; sha256: string; size: string; bytes: Buffer | null };
export type Finding = "whole" | "missing" | "damaged";

/** What a disk or its file system says of bytes that it has lost: an error of the device, a bad block, broken structures. */
const LOST = new Set(["EIO", "EBADMSG", "EISDIR"]);
const EUCLEAN = -117; // has no name in Node
export const isLost = ({ code = "", errno }: NodeJS.ErrnoException) => LOST.has(code) || errno === EUCLEAN;

/**
 * Reads all of a blob and compares it with its row; `note` hears of every piece and may make it wait. Whatever else keeps
 * it from being read is thrown.
 *
 * @throws STORAGE_UNREACHABLE
 */
export async function checkBlob(
  siteId: string,
  { id, sha256, size, bytes }: BlobRow,
  note: (bytes: number) => unknown = () => {},
  store = blobStore(),
): Promise<Finding> {
  const hash = createHash("sha256");
  let read = 0;
  try {
    const body = bytes ? Readable.from([bytes], { objectMode: false }) : await store.open({ siteId, id });
    if (!body) return "missing";
    for await (const chunk of body) {
      hash.update(chunk);
      read += chunk.length;
      await note(chunk.length);
    }
  } catch (error) {
    if (isLost(error as NodeJS.ErrnoException)) return "damaged";
    throw error;
  }
  return read === Number(size) && hash.digest("hex") === sha256 ? "whole" : "damaged";
}
