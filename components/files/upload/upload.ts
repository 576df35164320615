/** `asking`: something of that name is there already, and the person has not said what to do. */
export type UploadState = "waiting" | "sending" | "asking" | "done" | "failed" | "cancelled";
export type Conflict = "ask" | "replace" | "keep-both";

export type Upload = {
  id: number;
  file: File;
  /** The folder it goes to, as a path. */
  folder: string;
  state: UploadState;
  conflict: Conflict;
  sent: number;
  /** Why it failed, in a sentence. */
  failure: string | null;
};

export const isActive = (upload: Upload) => upload.state === "waiting" || upload.state === "sending";

export function totalOf(uploads: readonly Upload[]): { sent: number; size: number; done: number; active: number } {
  const counted = uploads.filter((upload) => upload.state !== "cancelled");
  const sum = (pick: (upload: Upload) => number) => counted.reduce((total, upload) => total + pick(upload), 0);
  return {
    sent: sum((upload) => (upload.state === "done" ? upload.file.size : upload.sent)),
    size: sum((upload) => upload.file.size),
    done: counted.filter((upload) => upload.state === "done").length,
    active: counted.filter(isActive).length,
  };
}
