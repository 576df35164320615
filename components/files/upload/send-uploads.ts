import { ApiError, confirmFor } from "@/components/api";
import { joinPath } from "@/components/files/paths";
import { isTaken } from "@/components/files/upload/is-taken";
import { forgetUpload, keyOf } from "@/components/files/upload/kept-uploads";
import type { NewFile } from "@/components/files/upload/read-dropped";
import { type Sending, sendFile } from "@/components/files/upload/send-file";
import { type ConflictAnswer, isActive, isResumable, type Upload } from "@/components/files/upload/upload";
import { ensureFolder, forgetFolders, knowFolder } from "@/components/files/upload/upload-folders";
import { changeUploads, currentUploads } from "@/components/files/upload/upload-list";
import { whatNext } from "@/components/files/upload/what-next";

/** How the uploads of this window are sent; loaded with the first of them. */

/** Requests at a time: a browser opens six connections to a cloud, and the pages need some of them. */
const AT_ONCE = 4;
/** A large file takes several of them for itself. */
const placesOf = (upload: Upload) => (isResumable(upload) ? 3 : 1);
let lastId = 0;
const sendings = new Map<number, Sending>();

export function startUploads(into: string, files: readonly NewFile[]): void {
  const batch = lastId + 1;
  const added = files.map(
    ({ file, folders }): Upload => ({
      id: ++lastId,
      batch,
      file,
      into,
      folder: joinPath(into, ...folders),
      state: "waiting",
      conflict: "ask",
      sent: 0,
      tries: 0,
      isInOne: false,
      failure: null,
      savedAs: null,
    }),
  );
  knowFolder(into);
  changeUploads([...currentUploads(), ...added]);
  sendNext();
}

/** What came of it does not stay. */
export function cancelUpload(id: number): void {
  const upload = find(id);
  stop(id, { state: "cancelled" });
  if (upload && isResumable(upload)) void forgetUpload(keyOf(upload));
  sendNext();
}

/** What came of it stays, until it goes on. A small one that is under way comes whole before one could go on with it. */
export function pauseUpload(id: number): void {
  const upload = find(id);
  if (!upload || !isActive(upload) || (upload.state === "sending" && !isResumable(upload))) return;
  stop(id, { state: "paused" });
  sendNext();
}

export function resumeUpload(id: number): void {
  if (find(id)?.state !== "paused") return;
  patch(id, { state: "waiting" });
  sendNext();
}

export function pauseUploads(): void {
  const waiting = ({ state }: Upload) => state === "waiting" || state === "interrupted";
  // First those that nobody has begun, or the end of one would begin the next.
  changeUploads(currentUploads().map((upload) => (waiting(upload) ? { ...upload, state: "paused" as const } : upload)));
  for (const { id } of currentUploads()) pauseUpload(id);
}

export function resumeUploads(): void {
  changeUploads(
    currentUploads().map((upload) => (upload.state === "paused" ? { ...upload, state: "waiting" as const } : upload)),
  );
  sendNext();
}

export function retryUpload(id: number): void {
  patch(id, { state: "waiting", conflict: "ask", sent: 0, tries: 0, isInOne: false, failure: null });
  sendNext();
}

/** Takes one that is over off the list. */
export function removeUpload(id: number): void {
  changeUploads(currentUploads().filter((upload) => upload.id !== id));
}

/** What to do about a name that is taken; with `isForAll`, also wherever else the question stands or will stand. */
export function answerConflict(id: number, answer: ConflictAnswer, isForAll: boolean): void {
  const concerns = (upload: Upload) =>
    upload.id === id || (isForAll && (upload.state === "asking" || isActive(upload) || upload.state === "paused"));
  changeUploads(currentUploads().map((upload) => (concerns(upload) ? answered(upload, answer) : upload)));
  sendNext();
}

export function clearUploads(): void {
  for (const upload of currentUploads()) if (isActive(upload) || upload.state === "paused") cancelUpload(upload.id);
  forgetFolders();
  changeUploads([]);
}

/** In their order: a large one that waits for its places is not overtaken for ever. */
function sendNext(): void {
  let free = AT_ONCE;
  for (const upload of currentUploads()) if (upload.state === "sending") free -= placesOf(upload);
  for (const upload of currentUploads()) {
    if (upload.state !== "waiting") continue;
    free -= placesOf(upload);
    if (free < 0) return;
    patch(upload.id, { state: "sending" });
    void send(upload).then(sendNext);
  }
}

async function send(upload: Upload): Promise<void> {
  const { id } = upload;
  let sending: Sending | undefined;
  try {
    const { isNew } = await ensureFolder(upload.folder);
    if (!isNew && (await isTaken(upload))) return meetTakenName(id);
    if (find(id)?.state !== "sending") return;
    const onProgress = (sent: number) => patch(id, sent > upload.sent ? { sent, tries: 0 } : { sent });
    sending = await sendFile(upload, onProgress);
    sendings.set(id, sending);
    if (find(id)?.state !== "sending") sending.abort();
    patch(id, { savedAs: await sending.done, state: "done" });
  } catch (error) {
    if (find(id)?.state === "sending" && !isAbort(error)) await meetFailure(id, error);
  } finally {
    if (sendings.get(id) === sending) sendings.delete(id);
  }
}

const isAbort = (error: unknown) => error instanceof DOMException && error.name === "AbortError";

async function meetFailure(id: number, error: unknown): Promise<void> {
  const upload = find(id);
  if (!upload) return;
  if (error instanceof ApiError && error.code === "NAME_TAKEN") return meetTakenName(id);
  if (error instanceof ApiError && (await confirmFor(error))) return patch(id, { state: "waiting" });
  const next = whatNext(upload, error);
  if (next === null) {
    patch(id, { state: "failed", failure: error instanceof Error ? error.message : "It could not be sent." });
    return;
  }
  if (next.forget) await forgetUpload(keyOf(upload));
  patch(id, { ...next.fields, tries: upload.tries + 1 });
  if (next.after > 0) await waitFor(next.after, id);
  const { state } = find(id) ?? {};
  if (state === "sending" || state === "interrupted") patch(id, { state: "waiting" });
}

/** Or until the browser is connected again; who pauses or cancels meanwhile need not wait. */
async function waitFor(ms: number, id: number): Promise<void> {
  let wake = () => {};
  const woken = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const timer = setTimeout(wake, ms);
  globalThis.addEventListener?.("online", wake);
  sendings.set(id, { done: Promise.resolve(""), abort: wake });
  await woken;
  sendings.delete(id);
  clearTimeout(timer);
  globalThis.removeEventListener?.("online", wake);
}

/** Asks the person, unless the answer was given for all meanwhile. */
function meetTakenName(id: number): void {
  changeUploads(
    currentUploads().map((upload) => {
      if (upload.id !== id || upload.state !== "sending") return upload;
      const asking: Upload = { ...upload, state: "asking" };
      return upload.conflict === "ask" ? asking : answered(asking, upload.conflict);
    }),
  );
}

function answered(upload: Upload, answer: ConflictAnswer): Upload {
  if (upload.state !== "asking") return { ...upload, conflict: answer };
  if (answer === "skip" && isResumable(upload)) void forgetUpload(keyOf(upload));
  return { ...upload, conflict: answer, state: answer === "skip" ? "cancelled" : "waiting", sent: 0 };
}

function stop(id: number, fields: Partial<Upload>): void {
  patch(id, fields);
  sendings.get(id)?.abort();
}

function find(id: number): Upload | undefined {
  return currentUploads().find((upload) => upload.id === id);
}

function patch(id: number, fields: Partial<Upload>): void {
  changeUploads(currentUploads().map((upload) => (upload.id === id ? { ...upload, ...fields } : upload)));
}
