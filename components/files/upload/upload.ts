/** `asking`: something of that name is there already, and the person has not said what to do. */
export type UploadState = "waiting" | "sending" | "asking" | "done" | "failed" | "cancelled";
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
  /** Why it failed, in a sentence. */
  failure: string | null;
  /** Its name in the folder, once it is there; another than its own when both were kept. */
  savedAs: string | null;
};

export const isActive = (upload: Upload) => upload.state === "waiting" || upload.state === "sending";

/** Who can be taken off the list or tried again. */
export const isOver = (upload: Upload) => !isActive(upload) && upload.state !== "asking";

export function totalOf(uploads: readonly Upload[]) {
  const counted = uploads.filter((upload) => upload.state !== "cancelled");
  const sum = (pick: (upload: Upload) => number) => counted.reduce((total, upload) => total + pick(upload), 0);
  const count = (state: UploadState) => uploads.filter((upload) => upload.state === state).length;
  return {
    sent: sum((upload) => (upload.state === "done" ? upload.file.size : upload.sent)),
    size: sum((upload) => upload.file.size),
    done: count("done"),
    failed: count("failed"),
    skipped: count("cancelled"),
    asking: count("asking"),
    active: counted.filter(isActive).length,
  };
}

const ORDER: Record<UploadState, number> = { asking: 0, sending: 1, failed: 2, waiting: 3, done: 4, cancelled: 4 };

/** What needs attention first, then what is under way, then what is over, the latest on top. */
export function inOrder(uploads: readonly Upload[]): Upload[] {
  return [...uploads].sort((a, b) => ORDER[a.state] - ORDER[b.state] || (isOver(a) ? b.id - a.id : a.id - b.id));
}
