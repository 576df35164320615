import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { newId } from "@/lib/core/ids";

const BYTES = 8 * 1024;

/** Writes a few bytes there to the disk itself, as an upload does, and takes them away again. Fails if that fails. */
export async function probeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const place = path.join(folder, newId());
  try {
    await writeFile(place, Buffer.alloc(BYTES), { flush: true });
  } finally {
    await rm(place, { force: true });
  }
}
