import { ApiError, api } from "@/components/api";
import { joinPath } from "@/components/files/paths";
import type { NewFile } from "@/components/files/upload/read-dropped";
import { type Sending, sendFile } from "@/components/files/upload/send-file";
import { type Conflict, isActive, type Upload } from "@/components/files/upload/upload";
import { EntryView } from "@/lib/files/schema";

/** The uploads of this window. They outlive the page that they were begun on. */

const AT_ONCE = 3;
let uploads: readonly Upload[] = [];
let lastId = 0;
const sendings = new Map<number, Sending>();
const folders = new Map<string, Promise<void>>();
const listeners = new Set<() => void>();

export const currentUploads = () => uploads;
export const noUploads: readonly Upload[] = [];

export function subscribeUploads(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function addUploads(folder: string, files: readonly NewFile[]): void {
  const added = files.map(
    ({ file, folders: between }): Upload => ({
      id: ++lastId,
      file,
      folder: joinPath(folder, ...between),
      state: "waiting",
      conflict: "ask",
      sent: 0,
      failure: null,
    }),
  );
  // The folder that is looked at exists; those below it are made as they are met.
  folders.set(folder, Promise.resolve());
  change([...uploads, ...added]);
  sendNext();
}

export function cancelUpload(id: number): void {
  patch(id, { state: "cancelled" });
  sendings.get(id)?.abort();
  sendNext();
}

export function retryUpload(id: number): void {
  patch(id, { state: "waiting", sent: 0, failure: null });
  sendNext();
}

/** What to do about a name that is taken; with `isForAll`, also wherever else the question stands or will stand. */
export function answerConflict(id: number, answer: Conflict | "skip", isForAll: boolean): void {
  const concerns = (upload: Upload) =>
    upload.id === id || (isForAll && (upload.state === "asking" || isActive(upload)));
  change(
    uploads.map((upload) => {
      if (!concerns(upload)) return upload;
      if (answer !== "skip") {
        return { ...upload, conflict: answer, ...(upload.state === "asking" ? { state: "waiting", sent: 0 } : {}) };
      }
      return upload.state === "asking" ? { ...upload, state: "cancelled" } : upload;
    }),
  );
  sendNext();
}

export function clearUploads(): void {
  for (const id of sendings.keys()) cancelUpload(id);
  folders.clear();
  change(noUploads);
}

function sendNext(): void {
  const free = AT_ONCE - uploads.filter((upload) => upload.state === "sending").length;
  const next = uploads.filter((upload) => upload.state === "waiting").slice(0, Math.max(0, free));
  for (const upload of next) {
    patch(upload.id, { state: "sending" });
    void send(upload).then(sendNext);
  }
}

async function send(upload: Upload): Promise<void> {
  const { id } = upload;
  try {
    await ensureFolder(upload.folder);
    if (stateOf(id) !== "sending") return;
    const sending = sendFile(upload, (sent) => patch(id, { sent }));
    sendings.set(id, sending);
    await sending.done;
    patch(id, { state: "done" });
  } catch (error) {
    if (stateOf(id) !== "sending") return;
    if (error instanceof ApiError && error.code === "NAME_TAKEN") patch(id, { state: "asking" });
    else if (error instanceof ApiError && error.status === 429) await waitAndRetry(id, error.retryAfter);
    else patch(id, { state: "failed", failure: error instanceof Error ? error.message : "It could not be sent." });
  } finally {
    sendings.delete(id);
  }
}

/** A tree of many small files can be faster than the server allows: it goes on when it may. */
async function waitAndRetry(id: number, seconds = 5): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  if (stateOf(id) === "sending") patch(id, { state: "waiting", sent: 0 });
}

/** Makes a folder and those above it, each once however many files wait for it. */
function ensureFolder(path: string): Promise<void> {
  const known = folders.get(path);
  if (known) return known;
  const made = makeFolder(path);
  folders.set(path, made);
  made.catch(() => folders.delete(path));
  return made;
}

async function makeFolder(path: string): Promise<void> {
  const parent = path.slice(0, path.lastIndexOf("/"));
  if (parent !== "") await ensureFolder(parent);
  await api(EntryView, "/api/files/folders", { method: "POST", body: JSON.stringify({ path }) }).catch((error) => {
    if (!(error instanceof ApiError && error.code === "NAME_TAKEN")) throw error;
  });
}

function stateOf(id: number) {
  return uploads.find((upload) => upload.id === id)?.state;
}

function patch(id: number, fields: Partial<Upload>): void {
  change(uploads.map((upload) => (upload.id === id ? { ...upload, ...fields } : upload)));
}

function change(next: readonly Upload[]): void {
  uploads = next;
  for (const listener of listeners) listener();
}
