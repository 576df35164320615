/**
 * `asking`: something of that name is there already, and the person has not said what to do. `interrupted`: the cloud
 * cannot be reached, and it goes on by itself.
 */
export type UploadState = "waiting" | "sending" | "paused" | "interrupted" | "asking" | "done" | "failed" | "cancelled";
export type ConflictAnswer = "replace" | "keep-both" | "skip";

export type Upload = {
  id: number;
  /** What was dropped or chosen together. */
  batch: number;
  file: File;
  /** The folder that was looked at when it was added. */
  into: string;
  /** The folder it goes to, as a path: `into` or one below it. */
  folder: string;
  state: UploadState;
  conflict: "ask" | ConflictAnswer;
  sent: number;
  /** How often it was interrupted since a byte last came through. */
  tries: number;
  /** There is no room for a file beside the one it replaces: it goes in one request, as a small one does. */
  isInOne: boolean;
  /** Why it failed, in a sentence, or what it waits for while it is interrupted; null then: the cloud itself. */
  failure: string | null;
  /** Its name in the folder, once it is there; another than its own when both were kept. */
  savedAs: string | null;
};

/** Up to this size an upload is sent in one request, which is the quicker way. */
const IN_ONE_REQUEST = 8 * 1024 * 1024;

/** Whether what of it came is kept when it is paused or breaks off. */
export const isResumable = ({ file, isInOne }: Pick<Upload, "file" | "isInOne">) =>
  file.size > IN_ONE_REQUEST && !isInOne;

/** Goes on without anybody doing anything. */
export const isActive = ({ state }: Upload) => state === "waiting" || state === "sending" || state === "interrupted";

/** Who can be taken off the list or tried again. */
export const isOver = ({ state }: Upload) => state === "done" || state === "failed" || state === "cancelled";

export function totalOf(uploads: readonly Upload[]) {
  const total = {
    sent: 0,
    size: 0,
    done: 0,
    failed: 0,
    skipped: 0,
    asking: 0,
    active: 0,
    paused: 0,
    interrupted: 0,
    away: 0,
  };
  for (const upload of uploads) {
    const { state, file, sent } = upload;
    if (state === "cancelled") total.skipped++;
    else {
      total.sent += state === "done" ? file.size : sent;
      total.size += file.size;
    }
    if (state === "done" || state === "failed" || state === "asking" || state === "paused") total[state]++;
    if (state === "interrupted") total.interrupted++;
    if (state === "interrupted" && upload.failure === null) total.away++;
    if (isActive(upload)) total.active++;
  }
  return total;
}

const ORDER: Record<UploadState, number> = {
  asking: 0,
  sending: 1,
  interrupted: 1,
  failed: 2,
  paused: 3,
  waiting: 4,
  done: 5,
  cancelled: 5,
};

/** What needs attention first, then what is under way, then what is over, the latest on top. */
export function inOrder(uploads: readonly Upload[]): Upload[] {
  return [...uploads].sort((a, b) => ORDER[a.state] - ORDER[b.state] || (isOver(a) ? b.id - a.id : a.id - b.id));
}
