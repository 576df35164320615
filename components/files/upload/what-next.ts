import { ApiError } from "@/components/api";
import { isResumable, type Upload } from "@/components/files/upload/upload";

/** How an upload goes on by itself after a failure. */
export type Next = {
  /** After so many milliseconds; at once where it is 0. */
  after: number;
  /** What the cloud had of it is no longer there. */
  forget?: true;
  fields: Partial<Upload>;
};

const LONGEST = 30_000;
/** Of what may be a fault of ours, and would be one for ever. */
const MOST_TRIES = 5;
/** The offsets of both sides differ, or bytes were damaged on the way: asking anew puts that right. */
const OUT_OF_STEP = ["OFFSET_MISMATCH", "UPLOAD_TAKEN_OVER", "CHECKSUM_MISMATCH"];
const OVER = ["UPLOAD_NOT_FOUND", "UPLOAD_GONE", "PARTS_INVALID"];

/** Null: not at all, the person has to know. */
export function whatNext(upload: Upload, error: unknown): Next | null {
  if (!(error instanceof ApiError)) return null;
  const { status, code, retryAfter } = error;
  // A tree of many small files can be faster than the server allows: it goes on when it may.
  if (status === 429) return { after: (retryAfter ?? 5) * 1000, fields: {} };
  if (!isResumable(upload)) return null;
  const { tries, sent, file } = upload;
  const pause = Math.min(LONGEST, Math.max((retryAfter ?? 0) * 1000, 1000 * 2 ** Math.min(tries, 5)));
  if (status === 0) return { after: pause, fields: { state: "interrupted", failure: null } };
  // It could not begin. Where all of it came, who keeps the folder has no room: to send it once more helps nobody.
  const isWhole = sent >= file.size;
  if (code === "QUOTA_EXCEEDED" && !isWhole) return { after: 0, forget: true, fields: { isInOne: true, sent: 0 } };
  if (tries >= MOST_TRIES) return null;
  if (OUT_OF_STEP.includes(code)) return { after: 0, fields: {} };
  if (OVER.includes(code)) return { after: 0, forget: true, fields: { sent: 0 } };
  if (![500, 502, 503, 504].includes(status)) return null;
  // What stands before the cloud says nothing that we could tell: then it is the cloud that is away.
  const failure = code === "UNKNOWN" ? null : error.detail;
  return { after: pause, fields: { state: "interrupted", failure } };
}
