import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { isAppError } from "@/lib/core/errors";
import { blobStore } from "./store";

/** What its row says of a blob. */
export type BlobRow = { id: string; sha256: string; size: string; bytes: Buffer | null };
export type Finding = "whole" | "missing" | "damaged";

/**
 * Reads all of a blob and compares it with its row; `note` hears of every piece and may make it wait. Whatever keeps it
 * from being read is thrown, unless the disk says that it cannot read it.
 *
 * @throws STORAGE_UNREACHABLE
 */
export async function checkBlob(
  siteId: string,
  { id, sha256, size, bytes }: BlobRow,
  note: (bytes: number) => unknown = () => {},
): Promise<Finding> {
  const body = bytes ? Readable.from([bytes], { objectMode: false }) : await blobStore().open({ siteId, id });
  if (!body) return "missing";
  const hash = createHash("sha256");
  let read = 0;
  try {
    for await (const chunk of body) {
      hash.update(chunk);
      read += chunk.length;
      await note(chunk.length);
    }
  } catch (error) {
    if (!isAppError(error) && (error as NodeJS.ErrnoException).code === "EIO") return "damaged";
    throw error;
  }
  return read === Number(size) && hash.digest("hex") === sha256 ? "whole" : "damaged";
}
