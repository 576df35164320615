import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, opendir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { config } from "@/lib/core/config";
import { isId } from "@/lib/core/ids";

/** Of which site, and of which upload. */
type Key = { siteId: string; id: string };

const READ_CHUNK = 256 * 1024;

const folderOf = (siteId: string) => path.join(config().dataDir, "uploads", siteId);
const place = ({ siteId, id }: Key) => path.join(folderOf(siteId), id);

/** Makes the empty file that the bytes of an upload will be written to; it outlives a power cut. */
export async function makePartFile(key: Key): Promise<void> {
  const folder = folderOf(key.siteId);
  await mkdir(folder, { recursive: true });
  const file = await open(place(key), "wx");
  await file.close();
  for (const above of [".", "..", "../.."]) await syncFolder(path.join(folder, above));
}

/** Null: its bytes are gone. */
export async function openPartFile(key: Key): Promise<FileHandle | null> {
  try {
    return await open(place(key), "r+");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Whether the bytes of uploads are on this disk, of each as many as were acknowledged. */
export async function arePartFilesThere(siteId: string, parts: readonly { id: string; length: number }[]) {
  for (const { id, length } of parts) {
    const file = await stat(place({ siteId, id })).catch(() => null);
    if (!file || file.size < length) return false;
  }
  return true;
}

/** The bytes of uploads one after the other, of each as many as were acknowledged. Fails where some are missing. */
export function readPartFiles(siteId: string, parts: readonly { id: string; length: number }[]): Readable {
  const whole = new PassThrough({ highWaterMark: READ_CHUNK });
  const fill = async () => {
    for (const { id, length } of parts) {
      if (length === 0) continue;
      const part = createReadStream(place({ siteId, id }), { end: length - 1, highWaterMark: READ_CHUNK });
      await pipeline(part, whole, { end: false });
    }
    whole.end();
  };
  fill().catch((error) => whole.destroy(error));
  return whole;
}

export async function removePartFile(key: Key): Promise<void> {
  await rm(place(key), { force: true });
}

/** The uploads of a site of which there are bytes. */
export async function listPartFiles(siteId: string): Promise<string[]> {
  const ids: string[] = [];
  const folder = await opendir(folderOf(siteId)).catch(() => null);
  for await (const { name } of folder ?? []) if (isId(name)) ids.push(name);
  return ids;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
