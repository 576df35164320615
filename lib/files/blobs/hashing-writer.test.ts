import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { hashingWriter } from "./hashing-writer";

const MEBIBYTE = 1024 * 1024;

/** A file that takes everything, and what the disk says each time when it is to keep it. */
function fileOf(...syncs: (Error | null)[]) {
  const asked: number[] = [];
  let written = 0;
  const file = {
    write: async (bytes: Uint8Array, offset = 0, length = bytes.length - offset) => {
      written += length;
      return { bytesWritten: length };
    },
    datasync: async () => {
      const failure = syncs[asked.length] ?? null;
      asked.push(written);
      if (failure) throw failure;
    },
  } as unknown as FileHandle;
  return { file, asked };
}

async function writeMebibytes(writer: ReturnType<typeof hashingWriter>, count: number) {
  const block = Buffer.alloc(MEBIBYTE, "x");
  for (let n = 0; n < count; n++) await writer.write(block);
  return writer.end();
}

describe("hashingWriter", () => {
  it("has the disk begin long before all has come, and not for what is short", async () => {
    const long = fileOf();
    await writeMebibytes(hashingWriter(long.file), 70);
    expect(long.asked).toHaveLength(2);
    const short = fileOf();
    await writeMebibytes(hashingWriter(short.file), 3);
    expect(short.asked).toEqual([]);
  });

  it("tells of what the disk could not keep on the way, though it keeps the rest", async () => {
    const { file } = fileOf(new Error("no room"), null);
    await expect(writeMebibytes(hashingWriter(file), 70)).rejects.toThrow("no room");
  });

  it("hashes all of it", async () => {
    const { size, sha256 } = await writeMebibytes(hashingWriter(fileOf().file), 40);
    const hash = createHash("sha256").update(Buffer.alloc(40 * MEBIBYTE, "x"));
    expect({ size, sha256 }).toEqual({ size: 40 * MEBIBYTE, sha256: hash.digest("hex") });
  });
});
