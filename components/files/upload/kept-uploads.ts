import type { PreviousUpload, UrlStorage } from "tus-js-client";
import { z } from "zod";
import { joinPath, nameOf, parentOf } from "@/components/files/paths";
import type { Upload } from "@/components/files/upload/upload";

/** What this browser remembers of uploads that have not ended, so that they can go on after a reload. */

const PREFIX = "tessera-upload ";
const Kept = z.object({
  size: z.number(),
  metadata: z.object({ path: z.string(), modifiedAt: z.string() }),
  parallelUploadUrls: z.array(z.string()),
  /** Not all of its parts have an address: it cannot go on, only be ended. */
  isIncomplete: z.boolean().optional(),
});
type Kept = z.infer<typeof Kept>;

/** An upload without its file, which has to be chosen again. */
export type Unfinished = { key: string; name: string; folder: string; size: number; modifiedAt: number; sent: number };

let userId = "";

/** Whose uploads are remembered: another person at the same browser is not shown them. */
export function setUploader(id: string): void {
  userId = id;
}

/** The same file that goes to the same place is the same upload. */
export function keyOf({ folder, file }: Pick<Upload, "folder" | "file">): string {
  return `${PREFIX}${userId} ${file.size} ${file.lastModified} ${joinPath(folder, file.name)}`;
}

/** Where tus-js-client remembers the addresses of an upload; under its key there is one. */
export const uploadStorage: UrlStorage = {
  findAllUploads: async () => [],
  findUploadsByFingerprint: async (key) => {
    await endIncomplete(key);
    const kept = read(key);
    if (!kept) return [];
    return [{ ...kept, creationTime: "", uploadUrl: null, urlStorageKey: key } satisfies PreviousUpload];
  },
  removeUpload: async (key) => remove(key),
  addUpload: async (key, upload) => {
    write(key, upload);
    return key;
  },
};

/** Remembers a part as soon as the cloud has it: tus-js-client does so when it has all of them. */
export function notePart(key: string, { size, metadata }: Pick<Kept, "size" | "metadata">, url: string): void {
  const urls = read(key)?.parallelUploadUrls ?? [];
  write(key, { size, metadata, parallelUploadUrls: [...urls, url], isIncomplete: true });
}

/** Ends an upload for good, here and at the cloud. */
export async function forgetUpload(key: string): Promise<void> {
  const kept = read(key);
  remove(key);
  for (const url of kept?.parallelUploadUrls ?? []) await endPart(url); // or its time runs out by itself
}

/** Ends what nobody could go on with: its parts take room. What cannot be ended now is remembered for the next time. */
export async function endIncomplete(key: string): Promise<void> {
  const kept = read(key);
  if (!kept?.isIncomplete) return;
  remove(key);
  for (const url of kept.parallelUploadUrls) {
    const isEnded = await endPart(url);
    const isFree = read(key)?.isIncomplete ?? true;
    if (!isEnded && isFree) notePart(key, kept, url);
  }
}

/** Whether there is no such part any more. */
export async function endPart(url: string): Promise<boolean> {
  const headers = { "tus-resumable": "1.0.0" };
  try {
    const { ok, status } = await fetch(url, { method: "DELETE", headers, keepalive: true });
    return ok || status === 404 || status === 410;
  } catch {
    return false;
  }
}

/** Those of this person that no open window goes on with, and of which the cloud still has something. */
export async function findUnfinished(): Promise<Unfinished[]> {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(`${PREFIX}${userId} `));
  if (keys.length === 0 || userId === "") return [];
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const left = keys.filter((key) => !held.some(({ name }) => name === key));
  const found = await Promise.all(left.map(look));
  return found.filter((one) => one !== null);
}

/** Other windows do not offer to go on with it meanwhile. */
export function holdUpload(key: string): () => void {
  let release = () => {};
  const ended = new Promise<void>((resolve) => {
    release = resolve;
  });
  void navigator.locks?.request(key, () => ended);
  return release;
}

async function look(key: string): Promise<Unfinished | null> {
  const kept = read(key);
  if (!kept) return null;
  if (kept.isIncomplete) {
    await endIncomplete(key);
    return null;
  }
  const offsets = await Promise.all(kept.parallelUploadUrls.map(offsetOf));
  if (offsets.includes("gone")) {
    await forgetUpload(key);
    return null;
  }
  const sent = offsets.reduce<number>((sum, offset) => sum + (typeof offset === "number" ? offset : 0), 0);
  const { path, modifiedAt } = kept.metadata;
  return { key, name: nameOf(path), folder: parentOf(path), size: kept.size, modifiedAt: Number(modifiedAt), sent };
}

async function offsetOf(url: string): Promise<number | "gone" | "unknown"> {
  try {
    const response = await fetch(url, { method: "HEAD", headers: { "tus-resumable": "1.0.0" } });
    if (response.ok) return Number(response.headers.get("upload-offset"));
    return response.status === 404 || response.status === 410 ? "gone" : "unknown";
  } catch {
    return "unknown";
  }
}

function read(key: string): Kept | null {
  try {
    return Kept.parse(JSON.parse(localStorage.getItem(key) ?? ""));
  } catch {
    return null;
  }
}

function write(key: string, upload: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(upload));
  } catch {
    // Without it, an upload goes on as long as the page is open.
  }
}

function remove(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // There is no storage, so there is nothing in it.
  }
}
