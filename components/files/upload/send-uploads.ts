import { ApiError } from "@/components/api";
import { joinPath } from "@/components/files/paths";
import { isTaken } from "@/components/files/upload/is-taken";
import type { NewFile } from "@/components/files/upload/read-dropped";
import { type Sending, sendFile } from "@/components/files/upload/send-file";
import { type ConflictAnswer, isActive, type Upload } from "@/components/files/upload/upload";
import { ensureFolder, forgetFolders, knowFolder } from "@/components/files/upload/upload-folders";
import { changeUploads, currentUploads } from "@/components/files/upload/upload-list";

/** How the uploads of this window are sent; loaded with the first of them. */

const AT_ONCE = 3;
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
      failure: null,
      savedAs: null,
    }),
  );
  knowFolder(into);
  changeUploads([...currentUploads(), ...added]);
  sendNext();
}

export function cancelUpload(id: number): void {
  patch(id, { state: "cancelled" });
  sendings.get(id)?.abort();
  sendNext();
}

export function retryUpload(id: number): void {
  patch(id, { state: "waiting", conflict: "ask", sent: 0, failure: null });
  sendNext();
}

/** Takes one that is over off the list. */
export function removeUpload(id: number): void {
  changeUploads(currentUploads().filter((upload) => upload.id !== id));
}

/** What to do about a name that is taken; with `isForAll`, also wherever else the question stands or will stand. */
export function answerConflict(id: number, answer: ConflictAnswer, isForAll: boolean): void {
  const concerns = (upload: Upload) =>
    upload.id === id || (isForAll && (upload.state === "asking" || isActive(upload)));
  changeUploads(currentUploads().map((upload) => (concerns(upload) ? answered(upload, answer) : upload)));
  sendNext();
}

export function clearUploads(): void {
  for (const id of sendings.keys()) cancelUpload(id);
  forgetFolders();
  changeUploads([]);
}

function sendNext(): void {
  const free = AT_ONCE - currentUploads().filter((upload) => upload.state === "sending").length;
  const next = currentUploads()
    .filter((upload) => upload.state === "waiting")
    .slice(0, Math.max(0, free));
  for (const upload of next) {
    patch(upload.id, { state: "sending" });
    void send(upload).then(sendNext);
  }
}

async function send(upload: Upload): Promise<void> {
  const { id } = upload;
  try {
    const { isNew } = await ensureFolder(upload.folder);
    if (!isNew && (await isTaken(upload))) return meetTakenName(id);
    if (stateOf(id) !== "sending") return;
    const sending = sendFile(upload, (sent) => patch(id, { sent }));
    sendings.set(id, sending);
    patch(id, { savedAs: await sending.done, state: "done" });
  } catch (error) {
    if (stateOf(id) !== "sending") return;
    if (error instanceof ApiError && error.code === "NAME_TAKEN") meetTakenName(id);
    else if (error instanceof ApiError && error.status === 429) await waitAndRetry(id, error.retryAfter);
    else patch(id, { state: "failed", failure: error instanceof Error ? error.message : "It could not be sent." });
  } finally {
    sendings.delete(id);
  }
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
  return { ...upload, conflict: answer, state: answer === "skip" ? "cancelled" : "waiting", sent: 0 };
}

/** A tree of many small files can be faster than the server allows: it goes on when it may. */
async function waitAndRetry(id: number, seconds = 5): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  if (stateOf(id) === "sending") patch(id, { state: "waiting", sent: 0 });
}

function stateOf(id: number) {
  return currentUploads().find((upload) => upload.id === id)?.state;
}

function patch(id: number, fields: Partial<Upload>): void {
  changeUploads(currentUploads().map((upload) => (upload.id === id ? { ...upload, ...fields } : upload)));
}
